/** All routes. Pages are lazy; everything but the log-in page needs a session. */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { queryClient, sessionQuery } from "@/shared/api/queries";
import { pageTexts } from "@/shared/i18n/setup";
import { setTenantZone } from "@/shared/lib/zone";
import { Crash, NotFound } from "./shell/Failures";
import { Layout } from "./shell/Layout";

const rootRoute = createRootRoute({ notFoundComponent: NotFound });

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
    setTenantZone(session.tenant?.timezone);
  },
});

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/canvases" });
  },
});

type Loader = () => Promise<{ default: React.ComponentType }>;
const first = <Path extends `/${string}`>(path: Path, load: Loader) =>
  createRoute({ getParentRoute: () => shellRoute, path, component: lazyRouteComponent(load) });

/** Any other page comes together with its texts. */
const page = <Path extends `/${string}`>(path: Path, load: Loader) =>
  first(path, async () => (await Promise.all([load(), pageTexts()]))[0]);

const pages = [
  first("/canvases", () => import("@/features/canvas-list/CanvasListPage")),
  first("/canvases/$id", () => import("./routes/editor")),
  page("/audiences", () => import("@/features/audience/AudienceListPage")),
  page("/audiences/overlap", () => import("@/features/audience/OverlapPage")),
  page("/audiences/$id", () => import("@/features/audience/AudiencePage")),
  page("/customers", () => import("@/features/customer/CustomerListPage")),
  page("/imports", () => import("@/features/import/ImportListPage")),
  page("/imports/$id", () => import("@/features/import/ImportPage")),
  page("/customers/$id", () => import("@/features/customer/CustomerPage")),
  page("/attributes", () => import("@/features/attribute/AttributeListPage")),
  page("/events", () => import("@/features/event/EventListPage")),
  page("/events/$name", () => import("@/features/event/EventPage")),
  page("/tags", () => import("@/features/tag/TagListPage")),
  page("/templates", () => import("@/features/template/TemplateListPage")),
  page("/templates/$id", () => import("@/features/template/TemplatePage")),
  page("/rewards", () => import("@/features/reward/PackageListPage")),
  page("/rewards/$id", () => import("@/features/reward/PackagePage")),
  page("/channels", () => import("@/features/channel/AccountListPage")),
  page("/channels/$id", () => import("@/features/channel/AccountPage")),
  page("/messages", () => import("@/features/message/MessageListPage")),
  page("/tasks", () => import("@/features/task/TaskListPage")),
  page("/approvals", () => import("@/features/approval/ApprovalListPage")),
  page("/settings", () => import("@/features/settings/SettingsPage")),
];

const tree = rootRoute.addChildren([loginRoute, shellRoute.addChildren([homeRoute, ...pages])]);

export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultErrorComponent: Crash,
  defaultNotFoundComponent: NotFound,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
