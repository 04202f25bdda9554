/** In the reader's browser: hands out the page's data as files. */

const page = JSON.parse(document.querySelector('#data')?.textContent ?? '{}');

function contentOf(format: string): { text: string; type: string } {
  if (format === 'csv') return { text: page.csv, type: 'text/csv' };
  const { title, analysis, trials } = page;
  return { text: `${JSON.stringify({ title, analysis, trials }, null, 2)}\n`, type: 'application/json' };
}

function save(format: string): void {
  const { text, type } = contentOf(format);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = `${fileName(page.title)}.${format}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function fileName(title: string): string {
  return (
    title
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'report'
  );
}

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-download]'))
  button.addEventListener('click', () => save(button.dataset['download'] ?? ''));
