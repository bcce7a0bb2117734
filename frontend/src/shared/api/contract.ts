/**
 * Compile-time check of types.ts against the OpenAPI document (schema.d.ts, made by `npm run api`):
 * a member that the server does not have fails here, by name. No code at run time.
 */
import type { components } from "./schema";
import type {
  AttributeDefinition,
  Audience,
  ChannelAccount,
  ChannelProvider,
  Customer,
  EventType,
  Message,
  RewardPackage,
  Staff,
  StaffTask,
  Tag,
  Template,
  TimelineEntry,
} from "./types";

type Schemas = components["schemas"];
type Unknown<Ours, Theirs> = Exclude<keyof Ours, keyof Theirs>;

type Checked = {
  attribute: Unknown<AttributeDefinition, Schemas["AttributeOut"]>;
  audience: Unknown<Audience, Schemas["AudienceOut"]>;
  account: Unknown<ChannelAccount, Schemas["AccountOut"]>;
  provider: Unknown<ChannelProvider, Schemas["ProviderOut"]>;
  customer: Unknown<Customer, Schemas["CustomerOut"]>;
  eventType: Unknown<EventType, Schemas["EventTypeOut"]>;
  message: Unknown<Message, Schemas["MessageOut"]>;
  package: Unknown<RewardPackage, Schemas["PackageOut"]>;
  staff: Unknown<Staff, Schemas["StaffOut"]>;
  staffTask: Unknown<StaffTask, Schemas["StaffTaskOut"]>;
  tag: Unknown<Tag, Schemas["TagOut"]>;
  template: Unknown<Template, Schemas["TemplateOut"]>;
  timeline: Unknown<TimelineEntry, Schemas["TimelineEntry"]>;
};

type Strangers = Checked[keyof Checked];
export type Contract = [Strangers] extends [never] ? true : Strangers;
export const contract: Contract = true;
