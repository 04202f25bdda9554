/** The colours of all charts as variables of the page, for light and dark; the page may be told which. */
import { looks } from '@netspace/analysis/look';

export type Theme = 'auto' | 'light' | 'dark';

const kept = 'netspace:theme';

export function useColors(): void {
  const [light, dark] = [rule(looks.light), rule(looks.dark)];
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    `:root { ${light} }
    @media (prefers-color-scheme: dark) { :root { ${dark} } }
    :root[data-theme='light'] { color-scheme: light; ${light} }
    :root[data-theme='dark'] { color-scheme: dark; ${dark} }`,
  );
  document.adoptedStyleSheets.push(sheet);
  setTheme(keptTheme());
}

function rule(colors: Readonly<Record<string, string>>): string {
  return Object.entries(colors)
    .map(([name, value]) => `${name}: ${value};`)
    .join(' ');
}

/** What was chosen last in this browser; where nothing can be kept, what the system prefers. */
export function keptTheme(): Theme {
  try {
    const theme = localStorage.getItem(kept);
    return theme === 'light' || theme === 'dark' ? theme : 'auto';
  } catch {
    return 'auto';
  }
}

export function setTheme(theme: Theme): void {
  if (theme === 'auto') document.documentElement.removeAttribute('data-theme');
  else document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(kept, theme);
  } catch {
    // A browser that keeps nothing forgets the choice with the page.
  }
}
