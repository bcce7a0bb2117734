/** Our own small set of icons: one for each node type that has a look of its own, one for each family. */
import type { ReactNode } from "react";

const paths: Record<string, ReactNode> = {
  audience: (
    <>
      <circle cx="9" cy="8" r="3.2" />
      <path d="M3 19c.6-3.4 2.9-5.2 6-5.2s5.4 1.8 6 5.2" />
      <path d="M15.5 5.2a3 3 0 0 1 0 5.6M17.6 14.2c1.9.7 3 2.3 3.4 4.8" />
    </>
  ),
  "trigger.event": <path d="M13 3 5 13.500h6L10 21l8-10.500h-6z" />,
  "audience.save": <path d="M5 4h11l3 3v13H5zM8 4v5h7V4M8 20v-6h8v6" />,
  set: (
    <>
      <circle cx="9" cy="12" r="5.5" />
      <circle cx="15" cy="12" r="5.5" />
    </>
  ),
  "set.union": (
    <>
      <path d="M12 7.4a5.5 5.5 0 1 0 0 9.2 5.5 5.5 0 1 0 0-9.2z" fill="currentColor" fillOpacity="0.35" />
    </>
  ),
  "set.intersect": (
    <>
      <circle cx="9" cy="12" r="5.5" />
      <circle cx="15" cy="12" r="5.5" />
      <path d="M12 7.4a5.5 5.5 0 0 1 0 9.2 5.5 5.5 0 0 1 0-9.2z" fill="currentColor" stroke="none" />
    </>
  ),
  "set.subtract": (
    <>
      <path d="M12 7.4a5.5 5.5 0 1 0 0 9.2 5.5 5.5 0 0 1 0-9.2z" fill="currentColor" fillOpacity="0.6" />
      <circle cx="15" cy="12" r="5.5" strokeDasharray="2 3" />
    </>
  ),
  "set.xor": (
    <>
      <path d="M12 7.4a5.5 5.5 0 1 0 0 9.2 5.5 5.5 0 0 1 0-9.2z" fill="currentColor" fillOpacity="0.6" />
      <path d="M12 7.4a5.5 5.5 0 1 1 0 9.2 5.5 5.5 0 0 0 0-9.2z" fill="currentColor" fillOpacity="0.6" />
    </>
  ),
  "set.priority": <path d="M4 7h10M4 12h7M4 17h4M17 5v14M14 16l3 3 3-3" />,
  reward: (
    <path d="M4 9h16v11H4zM3 6.500h18V9H3zM12 6.500V20M12 6.500C10 6.5 7.5 5.8 7.5 4.3 7.5 2.5 11 2.8 12 6.500c1-3.7 4.5-4 4.5-2.2 0 1.5-2.5 2.2-4.5 2.200z" />
  ),
  message: <path d="M4 5h16v11H10l-4.5 4v-4H4zM8 9h8M8 12.500h5" />,
  "message.fallback": <path d="M4 5h12v8H9l-3 3v-3H4zM12 17h8M17 14l3 3-3 3" />,
  "staff.notify": (
    <>
      <circle cx="10" cy="8" r="3.2" />
      <path d="M4 19c.6-3.4 2.9-5.2 6-5.200M18 11v5M18 19.500v.1" />
    </>
  ),
  "webhook.push": <path d="M9 8 4 12l5 4M15 8l5 4-5 4M13 5l-2 14" />,
  abtest: <path d="M4 12h4l4-6h8M8 12l4 6h8M17 3l3 3-3 3M17 15l3 3-3 3" />,
  "abtest.winner": (
    <path d="M7 4h10v5a5 5 0 0 1-10 0zM7 6H4c0 3 1 4.5 3.2 5M17 6h3c0 3-1 4.5-3.2 5M12 14v4M8.5 20h7" />
  ),
  flow: <path d="M5 12h14M14 7l5 5-5 5" />,
  "flow.wait": (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M12 7.500V12l3 2.5" />
    </>
  ),
  "flow.wait_event": (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="m13 7-3 5.500h4L11 17" />
    </>
  ),
  "flow.branch": <path d="M12 3v6M12 9 5 15v5M12 9l7 6v5M3 18l2 2 2-2M17 18l2 2 2-2" />,
  "flow.random": <path d="M4 7h3l9 10h4M4 17h3l2.5-2.800M13.5 9.8 16 7h4M18 5l2 2-2 2M18 15l2 2-2 2" />,
  "flow.result": <path d="M5 5h14v14H5zM8.5 12l2.5 2.5 4.5-5" />,
  "flow.jump": <path d="M19 17V11a5 5 0 0 0-5-5H5M9 2 5 6l4 4M15 17h8M19 21v-4" />,
  "flow.fatigue": <path d="M4 16a8 8 0 0 1 16 0M12 16l4-5M3 19h18" />,
  "flow.end": (
    <>
      <circle cx="12" cy="12" r="8" />
      <path d="M9 9h6v6H9z" />
    </>
  ),
  customer: (
    <>
      <circle cx="12" cy="8" r="3.5" />
      <path d="M5 20c.7-4 3.4-6 7-6s6.3 2 7 6" />
    </>
  ),
  "customer.tag": <path d="M4 4h8l8 8-8 8-8-8zM8.5 8.500v.1" />,
  "customer.attribute": <path d="M4 6h9M4 12h6M4 18h4M14.500 18.500 20 13l-2-2-5.500 5.500V18.500z" />,
  "customer.level": <path d="m12 3 2.7 5.6 6.1.8-4.5 4.2 1.1 6-5.4-2.9-5.4 2.9 1.1-6L3.2 9.400l6.1-.800z" />,
};

export function StepIcon({ type, family, size = 18 }: { type: string; family: string; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {paths[type] ?? paths[family] ?? paths.flow}
    </svg>
  );
}
