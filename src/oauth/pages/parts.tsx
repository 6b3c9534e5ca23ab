import type { ReactNode } from 'react';
import { safeAddress, safeAppAddress } from './addresses.ts';
import { ago, dayOf } from './dates.ts';
import {
  type AppFacts,
  type AskingFacts,
  FIELDS,
  type FormFacts,
  type PersonFacts,
} from './facts.ts';
import type { PageNeeds } from './headers.ts';
import { monogram, plainName } from './names.ts';

/** A name that somebody chose: whatever way it is written, the words around it keep their order. */
export function Name({ of }: { readonly of: string }) {
  return <bdi>{plainName(of)}</bdi>;
}

/** A day. */
export function Day({ of }: { readonly of: Date }) {
  return <time dateTime={of.toISOString().slice(0, 10)}>{dayOf(of)}</time>;
}

/** How long ago something was. */
export function Ago({ moment, now }: { readonly moment: Date; readonly now: Date }) {
  return (
    <time className="ago" dateTime={moment.toISOString()}>
      {ago(moment, now)}
    </time>
  );
}

/** The app's logo, or its first letter. The name stands beside it. */
export function Logo({ app }: { readonly app: AppFacts }) {
  const logo = safeAddress(app.logoUrl);
  return (
    <span className="logo" aria-hidden="true">
      {logo === null ? (
        monogram(app.name)
      ) : (
        // Lazy, because React announces any other picture in the head.
        <img src={logo.href} alt="" width="56" height="56" loading="lazy" />
      )}
    </span>
  );
}

interface FormProps {
  readonly facts: FormFacts;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A form that carries its token. */
export function Form({ facts, className, children }: FormProps) {
  return (
    <form method="post" action={facts.action} className={className}>
      <input type="hidden" name={FIELDS.csrf} value={facts.csrf} />
      {children}
    </form>
  );
}

interface SignedInProps {
  readonly form: FormFacts;
  readonly person: PersonFacts;
}

/** Who is signed in, and the way out. */
export function SignedIn({ form, person }: SignedInProps) {
  return (
    <Form facts={form} className="signed-in">
      <p>
        Signed in as <Name of={person.name} />{' '}
        <span className="quiet">
          (<bdi>{person.email}</bdi>)
        </span>
      </p>
      <button type="submit" className="link" name={FIELDS.action} value="sign-out">
        Sign out
      </button>
    </Form>
  );
}

interface NoticeProps {
  readonly tone: 'good' | 'bad' | 'plain';
  readonly icon?: ReactNode;
  readonly id?: string;
  readonly children: ReactNode;
}

/** A message about what just happened. A bad one is read out at once. */
export function Notice({ tone, icon, id, children }: NoticeProps) {
  const role = tone === 'bad' ? 'alert' : tone === 'good' ? 'status' : undefined;
  return (
    <div className={`notice ${tone}`} id={id} role={role}>
      {icon}
      <div>{children}</div>
    </div>
  );
}

/** What a page needs that ends with the person back at the app. */
export function needsOf(asking: AskingFacts | null): PageNeeds {
  if (asking === null) return {};
  const target = safeAppAddress(asking.redirectUri);
  return { ...needsOfApps([asking.app]), formTargets: target ? [target] : [] };
}

/** What a page needs that shows these apps. */
export function needsOfApps(apps: readonly AppFacts[]): PageNeeds {
  return { images: apps.flatMap(({ logoUrl }) => safeAddress(logoUrl) ?? []) };
}
