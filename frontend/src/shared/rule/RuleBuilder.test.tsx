import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { useState } from "react";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderApp } from "@/test/render";
import { RuleBuilder } from "./RuleBuilder";
import type { Rule } from "./types";

const conditions = {
  results: [
    { key: "audience", dimension: "group", labels: { zh: "属于人群", en: "" }, schema: {}, operators: [] },
  ],
  operators: {},
  measures: {},
};
const attributes = { results: [{ key: "city", type: "string", label: "城市", options: null }], next: null };
const events = {
  results: [{ name: "order.paid", label: "支付订单", properties: { amount: "number" } }],
  next: null,
};
const nothing = { results: [], next: null };
const answer = (path: string, body: object) => http.get(`*/api/v1/${path}`, () => HttpResponse.json(body));
const server = setupServer(
  answer("conditions", conditions),
  answer("attributes", attributes),
  answer("event-types", events),
  answer("audiences", nothing),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

let last: Rule | null = null;
function Host({ start, problems }: { start: Rule | null; problems?: { pointer: string; detail: string }[] }) {
  const [rule, setRule] = useState(start);
  const put = (next: Rule | null) => {
    last = next;
    setRule(next);
  };
  return <RuleBuilder value={rule} onChange={put} problems={problems} lang="zh-CN" />;
}

const city: Rule = { condition: "attribute", key: "city", op: "eq", value: "上海" };

describe("RuleBuilder", () => {
  it("adds a condition found by name", async () => {
    await renderApp(<Host start={null} />);
    await userEvent.click(screen.getByRole("button", { name: "添加条件" }));
    await userEvent.type(screen.getByPlaceholderText("找条件：属性、事件、标签…"), "支付");
    await userEvent.click(await screen.findByRole("button", { name: "支付订单" }));
    expect(last).toMatchObject({
      all: [{ condition: "event", event: "order.paid", measure: "count", op: "gte" }],
    });
  });

  it("turns a condition round, changes the joiner and removes", async () => {
    await renderApp(<Host start={{ all: [city, city] }} />);
    const [group, first] = screen.getAllByRole("button", { name: "非" });
    if (!group || !first) throw new Error("no buttons");
    await userEvent.click(first);
    expect(last).toEqual({ all: [{ not: city }, city] });
    await userEvent.click(screen.getByText("任一满足"));
    expect(last).toEqual({ any: [{ not: city }, city] });
    await userEvent.click(screen.getAllByRole("button", { name: "移除条件" })[0] as HTMLElement);
    expect(last).toEqual({ any: [city] });
  });

  it("shows a problem in the row it belongs to", async () => {
    const problems = [{ pointer: "/all/1/value", detail: "城市写错了" }];
    await renderApp(<Host start={{ all: [city, { not: city }] }} problems={[]} />);
    expect(screen.queryByRole("alert")).toBeNull();
    await renderApp(<Host start={{ all: [city, city] }} problems={problems} />);
    const alert = screen.getByRole("alert");
    expect(within(alert).getByText("城市写错了")).toBeInTheDocument();
  });
});
