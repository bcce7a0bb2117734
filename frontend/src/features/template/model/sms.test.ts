import { expect, it } from "vitest";
import { smsText } from "@/shared/ui/PhoneFrame";
import { smsLength } from "./sms";

it("counts characters and parts as gateways bill them", () => {
  expect(smsLength("")).toEqual({ characters: 0, parts: 0 });
  expect(smsLength("字".repeat(70)).parts).toBe(1);
  expect(smsLength("字".repeat(71)).parts).toBe(2);
  expect(smsLength("字".repeat(135)).parts).toBe(3);
});

it("puts the signature in front once", () => {
  expect(smsText({ sign: "好店", text: "你好" })).toBe("【好店】你好");
  expect(smsText({ sign: "【好店】", text: "你好" })).toBe("【好店】你好");
  expect(smsText({ sign: "好店", text: "【好店】你好" })).toBe("【好店】你好");
});
