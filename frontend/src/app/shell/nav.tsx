/** Places of the product, in the order of the marketer's day. The first four stay in the phone's bottom bar. */
import {
  ApartmentOutlined,
  ApiOutlined,
  FileTextOutlined,
  GiftOutlined,
  MessageOutlined,
  SettingOutlined,
  TeamOutlined,
  UserOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";

export interface Place {
  to: string;
  key: string;
  icon: ReactNode;
}

export const places: Place[] = [
  { to: "/canvases", key: "canvases", icon: <ApartmentOutlined /> },
  { to: "/audiences", key: "audiences", icon: <TeamOutlined /> },
  { to: "/customers", key: "customers", icon: <UserOutlined /> },
  { to: "/templates", key: "templates", icon: <FileTextOutlined /> },
  { to: "/rewards", key: "rewards", icon: <GiftOutlined /> },
  { to: "/channels", key: "channels", icon: <ApiOutlined /> },
  { to: "/messages", key: "messages", icon: <MessageOutlined /> },
  { to: "/settings", key: "settings", icon: <SettingOutlined /> },
];

export const PHONE_PLACES = 4;
