/** Providers around the router: server state, antd theme and locale. */
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { queryClient } from "@/shared/api/queries";
import { KitProvider } from "@/shared/ui/KitProvider";
import { router } from "./router";

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <KitProvider>
        <RouterProvider router={router} />
      </KitProvider>
    </QueryClientProvider>
  );
}
