/** A small canvas, drawn: what the product is about at one glance. */
interface BoxProps {
  x: number;
  y: number;
  color: string;
  lines: [number, number];
}

function Box({ x, y, color, lines }: BoxProps) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <rect width="112" height="56" rx="12" fill="#fff" />
      <rect width="6" height="56" rx="3" fill={color} />
      <circle cx="26" cy="22" r="9" fill={color} opacity="0.18" />
      <circle cx="26" cy="22" r="4" fill={color} />
      <rect x="42" y="18" width={lines[0]} height="7" rx="3.5" fill="#1c2a2c" opacity="0.75" />
      <rect x="18" y="38" width={lines[1]} height="6" rx="3" fill="#1c2a2c" opacity="0.22" />
    </g>
  );
}

export function LoginArt() {
  return (
    <svg viewBox="0 0 480 232" width="100%" aria-hidden="true" fill="none">
      <g stroke="#9fd8d4" strokeWidth="2.5" strokeLinecap="round">
        <path d="M120 116h52" />
        <path d="M284 116c34 0 20-66 60-66" />
        <path d="M284 116c34 0 20 66 60 66" />
      </g>
      <Box x={8} y={88} color="#0f6b73" lines={[44, 76]} />
      <Box x={172} y={88} color="#86399c" lines={[36, 60]} />
      <Box x={344} y={22} color="#1f5fa8" lines={[52, 80]} />
      <Box x={344} y={154} color="#b4560f" lines={[40, 68]} />
      <g fontSize="13" fontWeight="600" fill="#fff" fontFamily="inherit">
        <text x="130" y="106">
          21.8万
        </text>
        <text x="296" y="64">
          50%
        </text>
        <text x="296" y="180">
          50%
        </text>
      </g>
      <circle r="5" fill="#f2a65a">
        <animateMotion dur="5s" repeatCount="indefinite" path="M120 116h52h112c34 0 20-66 60-66" />
      </circle>
    </svg>
  );
}
