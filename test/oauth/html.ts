import { defaultTreeAdapter as adapter, type DefaultTreeAdapterMap, parse } from 'parse5';

export type Element = DefaultTreeAdapterMap['element'];
type Node = DefaultTreeAdapterMap['node'];

/** A page as a browser reads it, with every mistake that the reader had to overlook. */
export interface Read {
  readonly elements: readonly Element[];
  readonly mistakes: readonly string[];
}

/** Reads HTML by the rules of the standard. */
export function read(html: string): Read {
  const mistakes: string[] = [];
  const document = parse(html, { onParseError: ({ code }) => mistakes.push(code) });
  return { elements: [...elementsIn(document)], mistakes };
}

function* elementsIn(node: Node): Generator<Element> {
  if (adapter.isElementNode(node)) yield node;
  if ('childNodes' in node) for (const child of node.childNodes) yield* elementsIn(child);
}

/** The elements of a tag. */
export const all = ({ elements }: Read, ...tags: readonly string[]) =>
  elements.filter(({ tagName }) => tags.includes(tagName));

/** The only element of a tag. */
export function one(page: Read, tag: string): Element {
  const [found, ...more] = all(page, tag);
  if (found === undefined || more.length > 0) throw new Error(`not one ${tag}`);
  return found;
}

/** The value of an attribute; undefined where the element has none. */
export const attribute = ({ attrs }: Element, name: string) =>
  attrs.find((each) => each.name === name)?.value;

/** What an element says, on one line. */
export const textOf = (element: Element): string => wholeText(element).replace(/\s+/g, ' ').trim();

function wholeText(node: Node): string {
  if (adapter.isTextNode(node)) return node.value;
  return 'childNodes' in node ? node.childNodes.map(wholeText).join('') : '';
}

/** The elements inside another, of a tag. */
export const inside = (element: Element, ...tags: readonly string[]) =>
  [...elementsIn(element)].filter((each) => each !== element && tags.includes(each.tagName));

/** The nearest element of a tag around another; undefined where there is none. */
export function around(element: Element, tag: string): Element | undefined {
  const { parentNode } = element;
  if (parentNode === null || !adapter.isElementNode(parentNode)) return undefined;
  return parentNode.tagName === tag ? parentNode : around(parentNode, tag);
}
