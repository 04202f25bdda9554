/** The colours of charts in the light and in the dark. */

/** `page` leaves colours and fonts to the CSS of the page that the picture stands in. */
export type Look = 'page' | 'light' | 'dark';

/** The values of the CSS variables that charts use. */
export const looks: Readonly<Record<'light' | 'dark', Readonly<Record<string, string>>>> = {
  light: {
    '--ink': '#1c2126',
    '--muted': '#5b6570',
    '--line': '#c9cfd6',
    '--grid': '#e8ebee',
    '--paper': '#ffffff',
    '--space-1': '#0067ab',
    '--space-2': '#c95200',
    '--space-3': '#00805c',
    '--space-4': '#a8478d',
    '--space-5': '#8a6d00',
    '--space-6': '#2f8fbf',
    '--rank-1': '#08306b',
    '--rank-2': '#2b7bba',
    '--rank-3': '#8fbfdc',
    '--rank-4': '#c6d0da',
  },
  dark: {
    '--ink': '#e8ebee',
    '--muted': '#a2acb6',
    '--line': '#4a525b',
    '--grid': '#2a3037',
    '--paper': '#14181c',
    '--space-1': '#5cb2f2',
    '--space-2': '#f58b45',
    '--space-3': '#37c79a',
    '--space-4': '#e291c9',
    '--space-5': '#e0b93c',
    '--space-6': '#94d4f4',
    '--rank-1': '#ffe066',
    '--rank-2': '#7fc27a',
    '--rank-3': '#3b8590',
    '--rank-4': '#566379',
  },
};
