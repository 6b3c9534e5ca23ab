/** The one stylesheet of the pages. Its hash is all that their policy allows, so it is sent as it stands here. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5fa;
  --card: #ffffff;
  --sunken: #f7f8fb;
  --ink: #1f2a3d;
  --soft: #4f5d78;
  --line: #d9dee8;
  --edge: #7d8ba5;
  --accent: #5b40c6;
  --accent-deep: #4a31ad;
  --on-accent: #ffffff;
  --accent-tint: #f0edfc;
  --danger: #b3261e;
  --danger-deep: #97190f;
  --on-danger: #ffffff;
  --danger-tint: #fdefee;
  --good: #135c3a;
  --good-tint: #e6f4ec;
  --pii: #941f55;
  --pii-tint: #fceaf2;
  --money: #744600;
  --money-tint: #fcf1dd;
  --shade: 0 1px 2px rgb(31 42 61 / 6%), 0 8px 28px rgb(31 42 61 / 7%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #171d29;
    --card: #212a3b;
    --sunken: #1b2332;
    --ink: #e7ebf4;
    --soft: #b3bed3;
    --line: #3a4559;
    --edge: #8391ad;
    --accent: #b5a8ff;
    --accent-deep: #cabfff;
    --on-accent: #1b1440;
    --accent-tint: #2e2b52;
    --danger: #ff9d94;
    --danger-deep: #ffb8b1;
    --on-danger: #3d0703;
    --danger-tint: #43272b;
    --good: #8fdcb2;
    --good-tint: #1f3b36;
    --pii: #ffadd0;
    --pii-tint: #452a40;
    --money: #f2c879;
    --money-tint: #413626;
    --shade: none;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0;
  min-block-size: 100vh;
  padding: clamp(1rem, 4vw, 3rem) clamp(.75rem, 4vw, 2rem);
  background: var(--page);
  color: var(--ink);
  font: 1rem/1.55 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
h1, h2, h3, p, ul, dl, dd { margin: 0; }
h1 { font-size: clamp(1.35rem, 1.1rem + 1.2vw, 1.75rem); line-height: 1.25; font-weight: 650; letter-spacing: -.01em; text-wrap: balance; }
h2 { font-size: 1.125rem; line-height: 1.35; font-weight: 650; }
h3 { font-size: .8125rem; line-height: 1.4; font-weight: 600; color: var(--soft); }
p { text-wrap: pretty; }
bdi { overflow: clip; overflow-clip-margin: .2em; }
code { font: .8125rem/1.4 ui-monospace, monospace; color: var(--soft); }
a { color: var(--accent); text-underline-offset: .18em; }
a:hover { color: var(--accent-deep); }
.icon { inline-size: 1em; block-size: 1em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
.quiet { color: var(--soft); }
time:not(.ago) { white-space: nowrap; }
.sentences > span { display: inline-block; }
.for-readers { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.brand, main { max-inline-size: 27rem; margin-inline: auto; }
.wide > .brand, .wide > main { max-inline-size: 42rem; }
.brand { display: flex; align-items: center; gap: .5rem; margin-block-end: 1rem; padding-inline: .25rem; color: var(--soft); font-weight: 600; }
.brand .icon { color: #7c6cf0; inline-size: 1.25rem; block-size: 1.25rem; stroke-width: 2; }
main {
  display: grid;
  grid-template-columns: minmax(0, 1fr);
  gap: 1.25rem;
  padding: clamp(1.25rem, 5vw, 2.25rem);
  background: var(--card);
  border: 1px solid var(--line);
  border-radius: 16px;
  box-shadow: var(--shade);
}
.lead { color: var(--soft); }
.logo {
  display: grid;
  place-items: center;
  inline-size: 56px;
  block-size: 56px;
  flex: none;
  overflow: hidden;
  border: 1px solid var(--line);
  border-radius: 14px;
  background: var(--accent-tint);
  color: var(--accent);
  font-size: 1.5rem;
  font-weight: 650;
  line-height: 1;
}
.logo img { inline-size: 100%; block-size: 100%; object-fit: cover; }

:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 6px; }
button, .button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-block-size: 44px;
  padding: .5rem 1.25rem;
  border: 1px solid transparent;
  border-radius: 10px;
  font: inherit;
  font-weight: 600;
  text-align: center;
  text-decoration: none;
  white-space: nowrap;
  cursor: pointer;
}
@media (prefers-reduced-motion: no-preference) {
  button, .button, .choice .icon, summary::before { transition: background-color .15s, border-color .15s, color .15s, transform .15s; }
}
button:focus-visible, .button:focus-visible { border-radius: 10px; }
.primary, a.primary { background: var(--accent); color: var(--on-accent); }
.primary:hover, a.primary:hover { background: var(--accent-deep); color: var(--on-accent); }
.plain:is(button, .button) { background: transparent; border-color: var(--edge); color: var(--ink); }
.plain:is(button, .button):hover { background: var(--sunken); border-color: var(--ink); }
.danger { background: var(--danger); color: var(--on-danger); }
.danger:hover { background: var(--danger-deep); }
.link { min-block-size: 28px; margin-inline: -.25rem; padding: .125rem .25rem; border: 0; white-space: normal; background: none; color: var(--accent); font-weight: 500; text-decoration: underline; text-underline-offset: .18em; }
.link:hover { color: var(--accent-deep); }
.actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: .75rem; }
.actions > * { flex: 0 1 9rem; }
@media (max-width: 30rem) {
  .actions > * { flex: 1 1 7rem; padding-inline: .5rem; }
}

.fields { display: grid; gap: 1rem; }
.field { display: grid; gap: .375rem; }
.field label { font-weight: 600; }
.field input {
  inline-size: 100%;
  min-block-size: 44px;
  padding: .5rem .75rem;
  border: 1px solid var(--edge);
  border-radius: 10px;
  background: var(--card);
  color: inherit;
  font: inherit;
}
.field input:focus-visible { outline-offset: 0; border-color: var(--accent); border-radius: 10px; }
.field input[aria-invalid] { border-color: var(--danger); }

.notice { display: flex; gap: .75rem; padding: .875rem 1rem; border-radius: 12px; border: 1px solid var(--line); background: var(--sunken); }
.notice > div { display: grid; gap: .375rem; min-inline-size: 0; }
.notice > .icon { margin-block-start: .2em; inline-size: 1.2em; block-size: 1.2em; }
.notice.bad { background: var(--danger-tint); border-color: transparent; }
.notice.bad > .icon { color: var(--danger); }
.notice.good { background: var(--good-tint); border-color: transparent; }
.notice.good > .icon { color: var(--good); }
.notice.plain { background: var(--accent-tint); border-color: transparent; }
.notice ul { padding-inline-start: 1.25rem; }

fieldset { min-inline-size: 0; margin: 0; padding: 0; border: 0; }
legend { padding: 0; }
.stores { display: grid; gap: .625rem; }
.stores legend { margin-block-end: .5rem; font-weight: 600; }
.choice { inline-size: 100%; justify-content: space-between; gap: 1rem; padding: .75rem 1rem; border-color: var(--line); background: var(--card); color: var(--ink); font-weight: 400; text-align: start; white-space: normal; }
.choice:hover { border-color: var(--accent); background: var(--accent-tint); }
.choice > span { display: grid; min-inline-size: 0; }
.choice .quiet { font-size: .875rem; }
.choice .icon { color: var(--accent); }
.choice:dir(rtl) .icon { transform: scaleX(-1); }

.about { display: grid; gap: .5rem; padding-block: 1rem; border-block: 1px solid var(--line); }
.about > div, .details > div { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: .125rem 1rem; }
dt { color: var(--soft); }
.details { display: grid; gap: .5rem; padding-block-start: 1rem; border-block-start: 1px solid var(--line); font-size: .875rem; }
.details > div { grid-template-columns: 5rem minmax(0, 1fr); }
@media (max-width: 30rem) {
  .about > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .about > div dt { font-size: .8125rem; }
}

.consent { display: grid; gap: 1.75rem; }
.hint { margin-block-start: .125rem; color: var(--soft); }
fieldset section, .may section { margin-block-start: 1.125rem; }
.scopes { margin-block-start: .375rem; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 12px; }
.scopes > li { position: relative; display: flex; flex-wrap: wrap; gap: .875rem; padding: .875rem 1rem; }
.scopes > li + li { border-block-start: 1px solid var(--line); }
.scopes > li:first-child { border-start-start-radius: 11px; border-start-end-radius: 11px; }
.scopes > li:last-child { border-end-start-radius: 11px; border-end-end-radius: 11px; }
.scopes > li:has(> input:enabled):hover { background: var(--sunken); }
.scopes > li:has(> input:disabled) { background: var(--sunken); }
.scope-text { flex: 1 1 12rem; display: grid; gap: .125rem; min-inline-size: 0; }
.scope-text > div { display: grid; gap: .5rem; color: var(--soft); font-size: .9375rem; }
.scope-text > label, .scope-text > strong { font-weight: 600; }
.scopes > li > input:enabled + .scope-text > label::after { content: ""; position: absolute; inset: 0; cursor: pointer; }
.scopes > li > input {
  appearance: none;
  flex: none;
  display: grid;
  place-items: center;
  inline-size: 1.375rem;
  block-size: 1.375rem;
  margin: .05rem 0 0;
  border: 1.5px solid var(--edge);
  border-radius: 6px;
  background: var(--card);
}
.scopes > li > input::before { content: ""; inline-size: .75rem; block-size: .4rem; margin-block-start: -.2rem; border: solid transparent; border-width: 0 0 2.5px 2.5px; transform: rotate(-45deg); }
.scopes > li > input:checked { border-color: var(--accent); background: var(--accent); }
.scopes > li > input:checked::before { border-color: var(--on-accent); }
.scopes > li > input:disabled { border-color: transparent; background: transparent; }
.scopes > li > input:disabled::before { border-color: var(--soft); }
@media (forced-colors: active) {
  .scopes > li > input { appearance: auto; }
  .scopes > li > input::before { content: none; }
  .icon { stroke: CanvasText; }
}
.marks { display: flex; flex-wrap: wrap; align-items: center; gap: .375rem .5rem; }
.mark { display: inline-flex; align-items: center; gap: .3em; padding: .0625rem .5rem; border: 1px solid transparent; border-radius: 99px; font-size: .8125rem; font-weight: 600; line-height: 1.45; white-space: nowrap; }
.mark.pii { background: var(--pii-tint); color: var(--pii); }
.mark.financial { background: var(--money-tint); color: var(--money); }
.mark.new { background: var(--good-tint); color: var(--good); }
.mark.fixed, .mark.declined { border-color: var(--line); border-radius: .75rem; color: var(--soft); white-space: normal; }
.mark.paused { background: var(--danger-tint); color: var(--danger); }
.afterwards { display: grid; gap: .375rem; padding-block-start: 1.25rem; border-block-start: 1px solid var(--line); color: var(--soft); }
.host { color: var(--ink); }

.signed-in { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: .25rem 1rem; padding-block-start: 1rem; border-block-start: 1px solid var(--line); font-size: .875rem; }
.signed-in p { min-inline-size: 0; }

.apps { display: grid; gap: 1rem; padding: 0; list-style: none; }
.app { display: flex; flex-wrap: wrap; align-items: start; gap: 1rem; padding: clamp(1rem, 4vw, 1.5rem); border: 1px solid var(--line); border-radius: 14px; }
.app > * { flex: 1 1 100%; min-inline-size: 0; }
.app > header { display: flex; align-items: center; gap: 1rem; }
@media (min-width: 30.0625rem) {
  .app > .quiet, .app > .may:not([open]) { flex: 1; align-self: center; }
  .app > .actions { flex: none; margin-inline-start: auto; }
  .app > .actions > * { flex: none; min-inline-size: 8.5rem; }
}
.app > header > div { min-inline-size: 0; }
.state { padding: .75rem 1rem; border-radius: 12px; background: var(--sunken); }
.state .mark { display: flex; inline-size: fit-content; margin-block-end: .375rem; }
.state ul { margin-block-start: .375rem; padding-inline-start: 1.25rem; }
summary { display: inline-flex; align-items: center; gap: .5rem; min-block-size: 32px; padding-inline: .25rem; border-radius: 6px; color: var(--accent); font-weight: 500; cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary:hover { color: var(--accent-deep); }
summary::before { content: ""; inline-size: .45rem; block-size: .45rem; border: solid currentColor; border-width: 2px 2px 0 0; transform: rotate(45deg); }
details[open] > summary::before { transform: rotate(135deg); }
summary:dir(rtl)::before { transform: rotate(225deg); }
.withdraw { flex: none; }
.withdraw[open] { flex-basis: 100%; }
.withdraw form { display: grid; gap: .75rem; justify-items: start; margin-block-start: .5rem; padding: .75rem; border-radius: 10px; background: var(--danger-tint); }
.withdraw button { padding-inline: .75rem; }
.other-stores { display: grid; gap: .25rem; }
.other-stores h2 { font-size: 1rem; }
.other-stores p { display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
.empty { padding: 2rem 1rem; border: 1px dashed var(--line); border-radius: 12px; color: var(--soft); text-align: center; }
.plain-list { display: grid; gap: .5rem; padding-inline-start: 1.25rem; color: var(--soft); }

body.frame { display: flex; flex-direction: column; block-size: 100vh; padding: 0; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem 1.25rem; padding: .5rem 1rem; background: var(--card); border-block-end: 1px solid var(--line); }
.bar a { display: inline-flex; align-items: center; gap: .5rem; min-block-size: 32px; }
.bar h1 { flex: 1 1 8rem; font-size: 1rem; }
.frame main { display: grid; flex: 1; min-block-size: 0; inline-size: 100%; max-inline-size: none; padding: 0; border: 0; border-radius: 0; box-shadow: none; }
.frame iframe { inline-size: 100%; block-size: 100%; border: 0; background: #ffffff; color-scheme: light; }
`;
