import type { ReactNode } from 'react';

const GATE = 'M2 15V7a6 6 0 0 1 12 0v8M6 15V8M10 15V8';

/** The icon of the window. */
export const ICON_ADDRESS = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="none" stroke="#7c6cf0" stroke-width="2" stroke-linecap="round" d="${GATE}"/></svg>`,
)}`;

/** A drawing beside words that say the same, so that nobody needs to see it. */
function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export const GateIcon = () => (
  <Icon>
    <path d={GATE} />
  </Icon>
);

export const PersonIcon = () => (
  <Icon>
    <circle cx="8" cy="5" r="2.8" />
    <path d="M2.5 14a5.5 5.5 0 0 1 11 0" />
  </Icon>
);

export const CoinIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="6" />
    <path d="M10 5.8C9.6 5.1 8.9 4.8 8 4.8c-1.1 0-2 .6-2 1.6 0 2.2 4 1 4 3.2 0 1-.9 1.6-2 1.6-.9 0-1.6-.3-2-1M8 3.5v1.3M8 11.2v1.3" />
  </Icon>
);

export const NewIcon = () => (
  <Icon>
    <path d="M8 2.5v11M2.5 8h11" />
  </Icon>
);

export const WarningIcon = () => (
  <Icon>
    <path d="M8 2 1.5 13.5h13ZM8 6.5v3.2M8 11.6v.2" />
  </Icon>
);

export const DoneIcon = () => (
  <Icon>
    <path d="m2.5 8.5 3.6 3.7 7.4-8" />
  </Icon>
);

export const ArrowIcon = () => (
  <Icon>
    <path d="M2.5 8h11M9 3.5 13.5 8 9 12.5" />
  </Icon>
);

export const LockIcon = () => (
  <Icon>
    <path d="M3.5 7.5h9v6h-9ZM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5" />
  </Icon>
);
