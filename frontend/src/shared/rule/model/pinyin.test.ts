import { expect, it } from "vitest";
import { soundsOf } from "./pinyin";

it("gives the sound of common words, whole and by initials", () => {
  expect(soundsOf("支付订单")).toEqual({ whole: "zhifudingdan", initials: "zfdd" });
  expect(soundsOf("生日")).toEqual({ whole: "shengri", initials: "sr" });
  expect(soundsOf("所属员工")).toEqual({ whole: "suoshuyuangong", initials: "ssyg" });
  expect(soundsOf("啊坐")).toEqual({ whole: "azuo", initials: "az" });
});

it("keeps what is not Chinese", () => {
  expect(soundsOf("App 推送")).toEqual({ whole: "app tuisong", initials: "app ts" });
  expect(soundsOf("")).toEqual({ whole: "", initials: "" });
});
