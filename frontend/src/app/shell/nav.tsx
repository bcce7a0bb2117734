/** Places of the product, in the order of the marketer's day. The first four stay in the phone's bottom bar. */
import {
  ApartmentOutlined,
  ApiOutlined,
  CheckSquareOutlined,
  FileTextOutlined,
  GiftOutlined,
  ImportOutlined,
  MessageOutlined,
  SettingOutlined,
  TagsOutlined,
  TeamOutlined,
  ThunderboltOutlined,
  UserOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";

export interface Place {
  to: string;
  key: string;
  icon: ReactNode;
}

export const places: Place[] = [
  { to: "/canvases", key: "canvases", icon: <ApartmentOutlined aria-hidden /> },
  { to: "/audiences", key: "audiences", icon: <TeamOutlined aria-hidden /> },
  { to: "/customers", key: "customers", icon: <UserOutlined aria-hidden /> },
  { to: "/events", key: "events", icon: <ThunderboltOutlined aria-hidden /> },
  { to: "/tags", key: "tags", icon: <TagsOutlined aria-hidden /> },
  { to: "/imports", key: "imports", icon: <ImportOutlined aria-hidden /> },
  { to: "/templates", key: "templates", icon: <FileTextOutlined aria-hidden /> },
  { to: "/rewards", key: "rewards", icon: <GiftOutlined aria-hidden /> },
  { to: "/channels", key: "channels", icon: <ApiOutlined aria-hidden /> },
  { to: "/messages", key: "messages", icon: <MessageOutlined aria-hidden /> },
  { to: "/tasks", key: "tasks", icon: <CheckSquareOutlined aria-hidden /> },
  { to: "/settings", key: "settings", icon: <SettingOutlined aria-hidden /> },
];

export const PHONE_PLACES = 4;
