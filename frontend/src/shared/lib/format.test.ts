import { describe, expect, it } from "vitest";
import { compact, duration, money, relative } from "./format";

describe("numbers and times as people read them", () => {
  it("writes 万 in Chinese and K in English", () => {
    expect(compact(218_034, "zh-CN")).toBe("21.8万");
    expect(compact(218_034, "en")).toBe("218K");
    expect(compact(null, "zh-CN")).toBe("–");
  });

  it("says durations with the right words", () => {
    expect(duration({ days: 3 }, "zh-CN")).toBe("3 天");
    expect(duration({ hours: 1 }, "en")).toBe("1 hour");
    expect(duration({ hours: 2, minutes: 30 }, "en")).toBe("2 hours 30 minutes");
  });

  it("tells how long ago", () => {
    const now = Date.parse("2026-11-21T12:00:00Z");
    expect(relative("2026-11-21T11:59:40Z", "zh-CN", now)).toBe("刚刚");
    expect(relative("2026-11-21T11:00:00Z", "zh-CN", now)).toBe("1小时前");
    expect(relative("2026-11-23T12:00:00Z", "en", now)).toBe("in 2 days");
  });

  it("keeps money a string", () => {
    expect(money("200.00")).toBe("200");
    expect(money("9.90")).toBe("9.90");
  });
});
