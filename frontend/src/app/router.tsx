/** All routes. Pages are lazy; everything but the log-in page needs a session. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { queryClient, sessionQuery } from "@/shared/api/queries";
import { Layout } from "./shell/Layout";

const rootRoute = createRootRoute();

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  component: lazyRouteComponent(() => import("@/features/auth/LoginPage")),
});

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  component: Layout,
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (!session.authenticated) throw redirect({ to: "/login", search: { next: location.href } as never });
  },
});

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/canvases" });
  },
});

const canvasesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/canvases",
  component: lazyRouteComponent(() => import("./routes/canvases")),
});

const editorRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/canvases/$id",
  component: lazyRouteComponent(() => import("./routes/editor")),
});

const tree = rootRoute.addChildren([
  loginRoute,
  shellRoute.addChildren([homeRoute, canvasesRoute, editorRoute]),
]);

export const router = createRouter({ routeTree: tree, defaultPreload: "intent" });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
