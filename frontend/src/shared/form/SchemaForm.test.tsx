import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { useState } from "react";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { renderApp } from "@/test/render";
import type { Values } from "./fields";
import { SchemaForm } from "./SchemaForm";
import type { JsonSchema, PlacedProblem } from "./schema";

const audiences = { results: [{ id: "7", name: "高价值客户", size: 1405 }], next: null };
const server = setupServer(http.get("*/api/v1/audiences", () => HttpResponse.json(audiences)));
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

let last: Values = {};
function Host({
  schema,
  start,
  problems,
}: {
  schema: JsonSchema;
  start: Values;
  problems?: PlacedProblem[];
}) {
  const [value, setValue] = useState(start);
  const put = (next: Values) => {
    last = next;
    setValue(next);
  };
  return <SchemaForm schema={schema} value={value} onChange={put} problems={problems} lang="zh-CN" />;
}

const label = (zh: string) => ({ labels: { zh, en: zh } });

describe("SchemaForm", () => {
  it("edits shares that always show their sum", async () => {
    const schema: JsonSchema = {
      type: "object",
      properties: {
        variants: { type: "array", minItems: 2, "x-ui": { widget: "shares", ...label("分组") } },
      },
    };
    const start = {
      variants: [
        { key: "a", share: 50 },
        { key: "b", share: 40 },
      ],
    };
    await renderApp(<Host schema={schema} start={start} />);
    expect(screen.getByText("合计 90%")).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "添加分组" }));
    expect((last.variants as { key: string; share: number }[]).map((v) => [v.key, v.share])).toEqual([
      ["a", 34],
      ["b", 33],
      ["c", 33],
    ]);
    expect(screen.getByText("合计 100%")).toBeInTheDocument();
  });

  it("puts a problem at its field and nowhere else", async () => {
    const schema: JsonSchema = {
      type: "object",
      properties: {
        name: { type: "string", "x-ui": label("名称") },
        size: { type: "integer", "x-ui": label("人数") },
      },
    };
    const problems = [{ pointer: "/size", detail: "要大于 0" }];
    await renderApp(<Host schema={schema} start={{}} problems={problems} />);
    const alerts = screen.getAllByRole("alert");
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.closest("[data-field]")?.textContent).toContain("人数");
  });

  it("chooses an audience by name and stores its id", async () => {
    const schema: JsonSchema = {
      type: "object",
      required: ["audience"],
      properties: { audience: { type: "string", "x-ui": { widget: "audience-picker", ...label("人群") } } },
    };
    await renderApp(<Host schema={schema} start={{}} />);
    await userEvent.click(screen.getByLabelText(/人群/));
    await userEvent.click(await screen.findByText("高价值客户"));
    expect(last).toEqual({ audience: "7" });
  });

  it("keeps what it does not show", async () => {
    const schema: JsonSchema = {
      type: "object",
      properties: { name: { type: "string", "x-ui": label("名称") } },
    };
    await renderApp(<Host schema={schema} start={{ name: "a", later: { x: 1 } }} />);
    await userEvent.type(screen.getByLabelText("名称"), "b");
    expect(last).toEqual({ name: "ab", later: { x: 1 } });
  });
});
