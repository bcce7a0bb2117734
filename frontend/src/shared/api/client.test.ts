import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { api, csrfToken } from "./client";
import { problemsAt, toProblem } from "./problem";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

describe("API client", () => {
  it("gives data, and sends the CSRF token with writes", async () => {
    document.cookie = "csrftoken=abc123";
    let sent = "";
    server.use(
      http.post("*/api/v1/audiences", ({ request }) => {
        sent = request.headers.get("X-CSRFToken") ?? "";
        return HttpResponse.json({ id: "7" }, { status: 201 });
      }),
    );
    const { data, problem } = await api.post<{ id: string }>("/audiences", { name: "新客" });
    expect(problem).toBeUndefined();
    expect(data?.id).toBe("7");
    expect(sent).toBe("abc123");
  });

  it("maps problem documents to values with pointers", async () => {
    server.use(
      http.patch("*/api/v1/canvases/1", () =>
        HttpResponse.json(
          {
            status: 412,
            code: "stale_revision",
            title: "旧版本",
            detail: "画布已被别人修改",
            errors: [{ pointer: "/graph/nodes/0", code: "x", detail: "y" }],
            revision: 8,
          },
          { status: 412, headers: { "Content-Type": "application/problem+json" } },
        ),
      ),
    );
    const { problem } = await api.patch("/canvases/1", {}, { headers: { "If-Match": '"7"' } });
    expect(problem).toMatchObject({ status: 412, code: "stale_revision", extra: { revision: 8 } });
    expect(problem?.errors[0]?.pointer).toBe("/graph/nodes/0");
  });

  it("leaves out empty query members and answers offline as a value", async () => {
    let url = "";
    server.use(
      http.get("*/api/v1/canvases", ({ request }) => {
        url = request.url;
        return HttpResponse.error();
      }),
    );
    const { problem } = await api.get("/canvases", { query: { search: "", status: "live" } });
    expect(problem?.code).toBe("offline");
    expect(url).toMatch(/\?status=live$/);
  });
});

describe("problems", () => {
  it("survives bodies that are no problem documents", () => {
    expect(toProblem(500, "<html>")).toMatchObject({ status: 500, code: "http_500", errors: [] });
  });

  it("cuts the place off", () => {
    const errors = [
      { pointer: "/rule/all/0", code: "a", detail: "" },
      { pointer: "/ruler", code: "b", detail: "" },
    ];
    expect(problemsAt(errors, "/rule")).toEqual([{ pointer: "/all/0", code: "a", detail: "" }]);
  });

  it("reads the CSRF cookie among others", () => {
    expect(csrfToken("a=1; csrftoken=xyz; b=2")).toBe("xyz");
    expect(csrfToken("xcsrftoken=no")).toBe("");
  });
});
