/** A small node catalogue in the API's shape, for tests only. */
import { type CatalogueAnswer, type NodeType, makeCatalogue } from "../model/catalogue";
import type { CanvasDocument } from "../model/document";
import { type WireCanvas, fromWire } from "../model/wire";

const both: NodeType["kinds"] = ["scheduled", "triggered"];
const input = [{ key: "in", labels: { zh: "进入", en: "In" } }];

function property(widget: string, zh: string, en: string): Record<string, unknown> {
  return { type: "string", "x-ui": { widget, labels: { zh, en } } };
}

function type(key: string, family: string, zh: string, en: string, rest: Partial<NodeType>): NodeType {
  return {
    type: key,
    version: 1,
    family,
    labels: { zh, en },
    kinds: both,
    ports: { inputs: input, outputs: [{ key: "out", labels: { zh: "继续", en: "Next" } }] },
    schema: { type: "object", properties: {} },
    ...rest,
  };
}

export const answer: CatalogueAnswer = {
  families: [
    { key: "audience", labels: { zh: "目标客群", en: "Audience" }, color: "#0f766e" },
    { key: "message", labels: { zh: "内容触达", en: "Message" }, color: "#2563eb" },
  ],
  results: [
    type("audience.source", "audience", "目标客群", "Target audience", {
      pinyin: "mu biao ke qun",
      kinds: ["scheduled"],
      ports: { inputs: [], outputs: [{ key: "out" }] },
      schema: {
        type: "object",
        required: ["audience"],
        properties: { audience: property("audience-picker", "人群", "Audience") },
      },
      summary: { zh: "选取人群 {{audience}}", en: "People in {{audience}}" },
    }),
    type("trigger.event", "audience", "事件触发", "Event trigger", {
      kinds: ["triggered"],
      ports: { inputs: [], outputs: [{ key: "out" }] },
    }),
    type("abtest.split", "abtest", "A/B 测试", "A/B test", {
      ports: {
        inputs: input,
        outputs: [
          { each: "/variants", key: "key", label: "label" },
          { key: "holdout", when: "/holdout", labels: { zh: "对照组", en: "Holdout" } },
        ],
      },
      defaults: {
        variants: [
          { key: "a", share: 50 },
          { key: "b", share: 50 },
        ],
      },
      schema: { type: "object", properties: { variants: { type: "array", "x-ui": { widget: "shares" } } } },
      summary: { zh: "分流 {{variants}}", en: "Split {{variants}}" },
    }),
    type("message.send", "message", "内容触达", "Send message", {
      pinyin: "nei rong chu da",
      ports: {
        inputs: input,
        outputs: [
          { key: "sent", labels: { zh: "已发送", en: "Sent" } },
          { key: "failed", labels: { zh: "失败", en: "Failed" } },
          { key: "out", labels: { zh: "全部", en: "All" }, optional: true },
        ],
      },
      schema: {
        type: "object",
        required: ["template"],
        properties: { template: property("template-picker", "模板", "Template") },
      },
      summary: { zh: "发送 {{template}}", en: "Send {{template}}" },
    }),
    type("flow.wait", "flow", "等待", "Wait", {
      schema: { type: "object", properties: { for: { "x-ui": { widget: "duration" } } } },
      summary: { zh: "等待 {{for}}", en: "Wait {{for}}" },
    }),
    type("set.priority", "set", "优先去重", "Priority", {
      ports: {
        inputs: [{ count: "/inputs", prefix: "in", default: 2 }],
        outputs: [{ count: "/inputs", prefix: "out", default: 2, labels: { zh: "出口", en: "Out" } }],
      },
    }),
  ],
};

export const catalogue = makeCatalogue(answer);

export function wireCanvas(changes: Partial<WireCanvas> = {}): WireCanvas {
  return {
    id: "c1",
    name: "周四会员日",
    kind: "scheduled",
    status: "draft",
    revision: 3,
    version: null,
    changed: false,
    run: null,
    next_fire_at: null,
    active: null,
    schedule: null,
    quiet_hours: null,
    entry: null,
    exit: null,
    goal: null,
    graph: {
      nodes: [
        { id: "s", type: "audience.source", config: { audience: "7" }, position: { x: 0, y: 0 } },
        {
          id: "ab",
          type: "abtest.split",
          config: {
            variants: [
              { key: "a", share: 50 },
              { key: "b", share: 50 },
            ],
          },
          position: { x: 340, y: 0 },
        },
        { id: "m", type: "message.send", config: { template: "9" }, position: { x: 680, y: 0 } },
      ],
      edges: [
        { id: "e1", source: "s", source_port: "out", target: "ab", target_port: "in" },
        { id: "e2", source: "ab", source_port: "a", target: "m", target_port: "in" },
      ],
    },
    ...changes,
  };
}

export function opened(changes: Partial<WireCanvas> = {}): CanvasDocument {
  return fromWire(wireCanvas(changes)).document;
}
