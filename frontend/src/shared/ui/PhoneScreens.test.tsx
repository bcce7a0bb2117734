import { render, screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { PhoneFrame } from "./PhoneFrame";
import { DRAWN, smsText } from "./PhoneScreens";

it("puts the signature in front once", () => {
  expect(smsText({ sign: "好店", text: "你好" })).toBe("【好店】你好");
  expect(smsText({ sign: "【好店】", text: "你好" })).toBe("【好店】你好");
  expect(smsText({ sign: "好店", text: "【好店】你好" })).toBe("【好店】你好");
});

const SAID: Record<string, Record<string, unknown>> = {
  sms: { text: "你好" },
  email: { subject: "s", text: "你好" },
  push: { title: "t", body: "你好" },
  call: { text: "你好" },
  wechat_template: { data: { thing1: "你好" }, url: "https://a.cn" },
  miniprogram: { data: { thing1: { value: "你好" } } },
  wechat_service: { msgtype: "text", text: { content: "你好" } },
  wechat_mass: { msgtype: "text", text: { content: "你好" } },
  wecom_app: { msgtype: "textcard", textcard: { title: "t", description: "你好" } },
  wecom_customer: { text: { content: "你好" }, attachments: [] },
};

it.each([...DRAWN])("shows what %s says", (channel) => {
  render(<PhoneFrame channel={channel} content={SAID[channel] ?? {}} />);
  expect(screen.getByRole("group").textContent).toContain("你好");
});

it("shows a mail's HTML where it can do nothing", () => {
  render(<PhoneFrame channel="email" content={{ subject: "s", html: "<script>1</script>" }} />);
  expect(screen.getByTitle("s").getAttribute("sandbox")).toBe("");
});
