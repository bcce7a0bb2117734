/** Shapes of the API as the contract has them. Domain words only; no behaviour. */
export type { Audience, AudienceChange, AudienceSchedule } from "./audiences";
import type { Label } from "@/shared/i18n/setup";
import type { JsonSchema } from "@/shared/form/schema";
import type { Rule } from "@/shared/rule/types";

export interface Page<T> {
  results: T[];
  next: string | null;
}

export type Role = "owner" | "manager" | "marketer" | "analyst" | "approver";

export interface Session {
  authenticated: boolean;
  user: { id: string; username: string; name: string } | null;
  tenant: { id: string; name: string; timezone: string; locale: string } | null;
  tenants: { id: string; name: string; role: Role }[];
  role: Role | null;
  is_staff: boolean;
  /** Publishing makes a request for approval. */
  asks_approval?: boolean;
}

export type CanvasKind = "scheduled" | "triggered";
export type CanvasStatus = "draft" | "live" | "paused" | "ended" | "archived";

export interface CanvasListItem {
  id: string;
  name: string;
  kind: CanvasKind;
  status: CanvasStatus;
  revision: number;
  version: number | null;
  changed: boolean;
  run: string | null;
  next_fire_at: string | null;
  entered: number;
  messages: number;
  created_at: string;
  updated_at: string;
}

export interface GraphNode {
  id: string;
  type: string;
  label?: string;
  config: Record<string, unknown>;
  position?: { x: number; y: number };
}

export interface GraphEdge {
  id: string;
  source: string;
  source_port: string;
  target: string;
  target_port: string;
}

export interface Graph {
  nodes: GraphNode[];
  edges: GraphEdge[];
}

export interface CanvasObject extends CanvasListItem {
  active: { from: string | null; to: string | null } | null;
  schedule: {
    at: string[];
    repeat: "once" | "daily" | "weekly" | "monthly";
    weekdays?: string[];
    monthdays?: number[];
    interval?: number;
  } | null;
  quiet_hours: { from: string; to: string } | null;
  entry: { rule: "once" | "every_time" | { once_per: Duration } } | null;
  exit: { events?: unknown[]; rule?: Rule } | null;
  goal: { event: string; where?: Where[]; within?: Duration } | null;
  graph: Graph;
}

export interface CanvasTemplate {
  key: string;
  labels: Label;
  description: Label;
  kind: CanvasKind;
  needs: unknown[];
  definition: Partial<CanvasObject>;
}

export type Duration = Partial<Record<"seconds" | "minutes" | "hours" | "days" | "weeks" | "months", number>>;
export interface Where {
  property: string;
  op: string;
  value?: unknown;
}

export interface CheckProblem {
  code: string;
  severity: "error" | "warning";
  node: string | null;
  edge: string | null;
  pointer: string;
  params: Record<string, unknown>;
  detail: string;
}

export type Port =
  | { key: string; labels?: Label; optional?: boolean; when?: undefined; each?: undefined; count?: undefined }
  | { each: string; key: string; label?: string; labels?: Label }
  | { count: string; prefix: string; default: number; labels?: Label }
  | { key: string; when: string; labels?: Label };

export interface NodeType {
  type: string;
  version: number;
  family: string;
  labels: Label;
  help: Label;
  pinyin: string;
  kinds: CanvasKind[];
  ports: { inputs: Port[]; outputs: Port[] };
  schema: JsonSchema;
  defaults: Record<string, unknown>;
  summary: Label;
}

export interface NodeTypes {
  results: NodeType[];
  families: { key: string; labels: Label; color: string }[];
}

export interface Customer {
  id: string;
  external_id: string | null;
  identities: Record<string, string>;
  attributes: Record<string, unknown>;
  tags: string[];
  consents: Record<string, boolean>;
  blocked: boolean;
  timezone: string | null;
  created_at: string;
  updated_at: string;
}

export interface TimelineEntry {
  at: string;
  kind: "event" | "message" | "grant" | "canvas" | "consent" | "merge";
  /** Unique within the kind. */
  number: string;
  name: string;
  detail: Record<string, unknown>;
}

export interface AudiencePreview {
  count: number;
  sample: Customer[];
  as_of: string;
  /** Pointer within the rule → how many; only when asked for, {} when it takes too long. */
  counts?: Record<string, number> | null;
  warnings?: { pointer: string; code: string; detail: string }[] | null;
}

export interface AttributeDefinition {
  key: string;
  type: "string" | "number" | "boolean" | "date" | "datetime" | "enum" | "list";
  label: Label;
  sensitive: boolean;
  options: string[] | null;
  created_at: string;
}

export interface Tag {
  id: string;
  name: string;
  layer: "basic" | "behaviour" | "value";
  description: string;
  customers: number;
  kept_by: "hand" | "rule";
}

export type { EventProperty, EventStats, EventType, EventTypeDetail } from "./eventTypes";

export type { ConditionCatalogue, ConditionInfo, OperatorInfo } from "./conditionTypes";

export interface ChannelProvider {
  channel: string;
  provider: string;
  labels: Label;
  docs: Label | null;
  schema: JsonSchema;
}

export interface ChannelAccount {
  id: string;
  channel: string;
  provider: string;
  name: string;
  settings: Record<string, unknown>;
  limits: { per_second?: number | null };
  status: "active" | "paused";
  status_reason: string;
  paused_at: string | null;
  waits_until: string | null;
  callback_url: string;
  created_at: string;
}

export interface Template {
  id: string;
  channel: string;
  account: string | null;
  name: string;
  purpose: "marketing" | "service";
  track: boolean | null;
  content: Record<string, unknown>;
  variables: string[];
  used_by: { type: string; id: string; name: string }[];
  created_at: string;
  updated_at: string;
}

export interface TemplatePreview {
  content: Record<string, unknown>;
  to: string | null;
  /** As it is billed, links as short as they will be. */
  sms?: { text: string; length: number; segments: number; international: number } | null;
  problems: { code?: string; detail?: string; pointer?: string }[];
}

export interface RewardItem {
  kind: "coupon" | "code" | "points" | "balance" | "level" | "tag" | "gift";
  [field: string]: unknown;
}

export interface RewardPackage {
  id: string;
  name: string;
  items: RewardItem[];
  stock: number | null;
  issued: number;
  available: number | null;
  per_customer: number | null;
  per_customer_days: number | null;
  budget: string | null;
  spent: string;
  low_stock: number | null;
  low: boolean;
  validity: { days?: number; start_days?: number; end_of_day?: boolean; from?: string; to?: string };
  status: "active" | "archived";
  created_at: string;
}

export interface TenantSettings {
  caps: { channel: string | null; limit: number; per: Duration }[];
  quiet_hours: { from: string; to: string; expire_after?: Duration | null } | null;
  approval: boolean;
  canvas_events: "none" | "triggered" | "all";
  timezone: string;
  locale: string;
  name: string;
}

export interface Approval {
  id: string;
  status: "awaiting_approval" | "approved" | "rejected" | "withdrawn";
  revision: number;
  changed: boolean;
  canvas: { id: string; name: string; kind: CanvasKind; status: CanvasStatus };
  publish: { name?: string; in_flight?: "finish" | "move" };
  asked_by: string;
  asked_at: string;
  decided_by: string | null;
  decided_at: string | null;
  comment: string;
}

export interface Member {
  id: string;
  username: string;
  name: string;
  role: Role;
}

export interface ApiKey {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
  key?: string;
}

export interface Named {
  id: string;
  name: string | null;
}

export interface Staff {
  id: string;
  external_id: string;
  name: string;
}

export interface StaffTask {
  id: string;
  kind: string;
  status: "open" | "done" | "dismissed";
  title: string;
  text: string;
  customer: Named | null;
  staff: Named | null;
  owner: string | null;
  canvas: Named;
  run: string;
  node: string;
  due_at: string | null;
  created_at: string;
  done_at: string | null;
  done_by: string | null;
  result: string | null;
}

export interface StaffTaskCounts {
  staff: Named | null;
  tasks: number;
  done: number;
  dismissed: number;
  open: number;
  late: number;
  rate: number | null;
}

export interface Message {
  id: string;
  canvas: string | null;
  run: string | null;
  node: string | null;
  variant: string | null;
  customer: string | null;
  staff: string | null;
  channel: string;
  account: string | null;
  template: string | null;
  purpose: "marketing" | "service" | "handover" | "staff";
  attempts: number;
  status: string;
  reason: string | null;
  content: Record<string, unknown>;
  to: string | null;
  provider_id: string | null;
  created_at: string;
  sent_at: string | null;
  delivered_at: string | null;
  opened_at: string | null;
  clicked_at: string | null;
}

export interface Job {
  id: string;
  kind: string;
  status: "queued" | "running" | "succeeded" | "failed" | "cancelled";
  done: number;
  total: number | null;
  result: Record<string, unknown> | null;
  error: { detail?: string } | null;
  errors_url: string | null;
  file_url: string | null;
}

export interface Run {
  id: string;
  canvas: string;
  version: number;
  kind: "occurrence" | "standing" | "manual";
  status: "running" | "waiting" | "finished" | "failed" | "stopped";
  fire_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  sample: Record<string, unknown> | null;
  nodes: Record<
    string,
    {
      entered: number;
      waiting: number;
      left: Record<string, number>;
      suppressed: Record<string, number>;
      failed: number;
    }
  >;
  edges: Record<string, number>;
  check: { entered: number; inside: number; left: number; balanced: boolean };
}
