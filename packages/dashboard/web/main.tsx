/** The pages of the dashboard start here. */
import { render } from 'preact';
import { App } from './app.tsx';
import { useColors } from './colors.ts';
import './style.css';

useColors();
const place = document.getElementById('page');
if (place) render(<App />, place);
