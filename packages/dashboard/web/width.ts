/** How wide an element is, while windows change. */
import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export function useWidth<E extends HTMLElement>(guess: number): [RefObject<E | null>, number] {
  const ref = useRef<E>(null);
  const [width, setWidth] = useState(guess);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    setWidth(element.clientWidth || guess);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth || guess));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
