/** Is the view so far away that only colour, icon and title can be read? The rest is then not drawn at all. */
import { createContext, useContext } from "react";

export const DETAIL_ZOOM = 0.45;
export const FarContext = createContext(false);

export function useFar(): boolean {
  return useContext(FarContext);
}
