/** Renders with everything a component of ours expects around it: server state, kit, Chinese texts. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactElement } from "react";
import { pageTexts, startI18n } from "@/shared/i18n/setup";
import { KitProvider } from "@/shared/ui/KitProvider";

export async function renderApp(element: ReactElement) {
  await startI18n();
  await pageTexts();
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={client}>
      <KitProvider>{element}</KitProvider>
    </QueryClientProvider>,
  );
}
