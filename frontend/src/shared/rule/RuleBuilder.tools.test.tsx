import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { useState } from "react";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { renderApp } from "@/test/render";
import { RuleBuilder } from "./RuleBuilder";
import type { Rule } from "./types";

const answer = (path: string, body: object) => http.get(`*/api/v1/${path}`, () => HttpResponse.json(body));
const nothing = { results: [], next: null };
const conditions = {
  results: [
    {
      key: "orders_in_a_row",
      dimension: "behaviour",
      labels: { zh: "连续下单", en: "Orders in a row" },
      help: { zh: "隔几天下一单", en: "Orders every few days" },
      schema: {
        properties: {
          op: { type: "string", default: "gte" },
          value: { default: 3, "x-ui": { labels: { zh: "次数", en: "Times" }, order: 2 } },
          window: {
            properties: { last: {}, from: {}, to: {} },
            "x-ui": { labels: { zh: "时间范围", en: "Window" }, order: 3 },
          },
        },
        required: ["condition"],
      },
      operators: ["gte", "lte"],
    },
  ],
  operators: {
    gte: { labels: { zh: "不小于", en: "at least" }, types: ["number"], value: "one" },
    lte: { labels: { zh: "不大于", en: "at most" }, types: ["number"], value: "one" },
  },
  measures: {},
};
const attributes = {
  results: [
    { key: "city", type: "string", label: "城市", options: null },
    { key: "birthday", type: "date", label: "生日", options: null },
  ],
  next: null,
};
const server = setupServer(
  answer("conditions", conditions),
  answer("attributes", attributes),
  answer("event-types", nothing),
  answer("audiences", nothing),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());
beforeEach(() => localStorage.clear());

const city: Rule = { condition: "attribute", key: "city", op: "eq", value: "上海" };
const day: Rule = { condition: "attribute", key: "birthday", op: "exists" };

let last: Rule | null = null;
function Host({ start, counts }: { start: Rule | null; counts?: (part: Rule) => number | undefined }) {
  const [rule, setRule] = useState(start);
  const put = (next: Rule | null) => {
    last = next;
    setRule(next);
  };
  const preview = counts ? { loading: false, problems: [], countOf: counts } : undefined;
  return <RuleBuilder value={rule} onChange={put} preview={preview} lang="zh-CN" />;
}

async function choose(row: number, name: string) {
  await userEvent.click(screen.getAllByRole("button", { name: "更多" })[row] as HTMLElement);
  await userEvent.click(screen.getByRole("menuitem", { name }));
}

it("adds by pinyin and Enter, and lands in the new line", async () => {
  await renderApp(<Host start={city} />);
  await userEvent.click(screen.getByRole("button", { name: "添加条件" }));
  await screen.findByRole("button", { name: "生日" });
  await userEvent.keyboard("shengri{Enter}");
  expect(last).toMatchObject({ all: [city, { condition: "attribute", key: "birthday" }] });
  expect(document.activeElement?.closest("[data-part=body]")).not.toBeNull();
});

it("shows how many hold at each line", async () => {
  const text = (rule: Rule) => JSON.stringify(rule);
  const known = new Map([
    [text(city), 12],
    [text({ not: day }), 30],
  ]);
  await renderApp(<Host start={{ all: [city, { not: day }] }} counts={(part) => known.get(text(part))} />);
  expect(screen.getAllByTestId("line-count").map((chip) => chip.textContent)).toEqual(["12 人", "30 人"]);
});

it("doubles, groups, undoes and redoes", async () => {
  const start: Rule = { all: [city, day] };
  await renderApp(<Host start={start} />);
  await choose(0, "复制一条");
  expect(last).toEqual({ all: [city, city, day] });
  await choose(2, "放进一个组");
  expect(last).toEqual({ all: [city, city, { any: [day] }] });
  await userEvent.click(screen.getByRole("button", { name: "撤销" }));
  await userEvent.click(screen.getByRole("button", { name: "撤销" }));
  expect(last).toEqual(start);
  await userEvent.click(screen.getByRole("button", { name: "重做" }));
  expect(last).toEqual({ all: [city, city, day] });
});

it("moves a line with the arrow keys and keeps hold of it", async () => {
  await renderApp(<Host start={{ all: [city, day] }} />);
  const handle = screen.getAllByRole("button", { name: "拖动，或用方向键上下移动" })[0] as HTMLElement;
  handle.focus();
  await userEvent.keyboard("{ArrowDown}");
  expect(last).toEqual({ all: [day, city] });
  expect(document.activeElement).toBe(screen.getAllByRole("button", { name: "拖动，或用方向键上下移动" })[1]);
});

it("puts a copied line into another rule", async () => {
  const { unmount } = await renderApp(<Host start={{ all: [city, day] }} />);
  await choose(1, "拷贝（可粘贴到别处）");
  unmount();
  await renderApp(<Host start={null} />);
  await userEvent.click(screen.getByRole("button", { name: "粘贴条件" }));
  expect(last).toEqual({ all: [day] });
});

it("gives a condition that it does not know a form with its operator, value and window", async () => {
  await renderApp(<Host start={null} />);
  await userEvent.click(screen.getByRole("button", { name: "添加条件" }));
  const choice = await screen.findByRole("button", { name: "连续下单" });
  expect(within(choice).getByText("隔几天下一单")).toBeInTheDocument();
  await userEvent.click(choice);
  expect(last).toEqual({ all: [{ condition: "orders_in_a_row", op: "gte", value: 3 }] });
  const number = await screen.findByRole("spinbutton", { name: "次数" });
  await userEvent.clear(number);
  await userEvent.type(number, "5");
  expect(last).toMatchObject({ all: [{ value: 5 }] });
  expect(screen.getByRole("combobox", { name: "时间范围" })).toBeInTheDocument();
});
