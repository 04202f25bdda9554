/** Decoding image files by sharp: PNG, JPEG, WebP, GIF, TIFF and AVIF, to squares of one size. */
import type { Sharp } from 'sharp';

export const imageExtensions: readonly string[] = [
  '.png',
  '.jpg',
  '.jpeg',
  '.webp',
  '.gif',
  '.tif',
  '.tiff',
  '.avif',
];

/** Files that are decoded at the same time; sharp works on threads of its own. */
const atOnce = 8;

/** Image files that cannot be decoded; the message names them. `code` is `image-file`. */
class ImageFileError extends Error {
  readonly code = 'image-file';
}

/** Height and width of each file in pixels, from its header. */
export async function measureFiles(paths: readonly string[]): Promise<[number, number][]> {
  const sizes: [number, number][] = paths.map(() => [0, 0]);
  await forEachFile(paths, async (open, index) => {
    const { height, width } = await open.metadata();
    sizes[index] = [height, width];
  });
  return sizes;
}

/**
 * Pixels of all files as [image, resolution, resolution, 3]: turned as their EXIF tells, in sRGB without transparency, the shorter side
 * resized to the resolution (Lanczos) and the rest of the longer one cropped off evenly.
 */
export async function decodeFiles(paths: readonly string[], resolution: number): Promise<Uint8Array> {
  const size = resolution * resolution * 3;
  const images = new Uint8Array(paths.length * size);
  await forEachFile(paths, async (file, index) => {
    const pixels = await file
      .autoOrient()
      .removeAlpha()
      .resize(resolution, resolution, { fit: 'cover', position: 'centre' })
      .toColourspace('srgb')
      .raw()
      .toBuffer();
    if (pixels.length !== size) throw new Error(`it has ${pixels.length / (size / 3)} channels`);
    images.set(pixels, index * size);
  });
  return images;
}

/** Opens every file once, a few at a time; all that fail are named together. */
async function forEachFile(
  paths: readonly string[],
  visit: (file: Sharp, index: number) => Promise<void>,
): Promise<void> {
  // Loaded late: only folders of images need it.
  const { default: sharp } = await import('sharp');
  const failures: string[] = [];
  const all = paths.entries();
  const work = async () => {
    for (const [index, path] of all)
      try {
        await visit(sharp(path, { failOn: 'error' }), index);
      } catch (error) {
        failures.push(
          `${path} (${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)})`,
        );
      }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (failures.length > 0)
    throw new ImageFileError(
      `${failures.length === 1 ? 'an image' : `${failures.length} images`} cannot be decoded: ${failures.toSorted().slice(0, 5).join(', ')}${failures.length > 5 ? ', …' : ''}; replace or remove ${failures.length === 1 ? 'it' : 'them'}`,
    );
}

/** Whether red, green and blue are equal in every pixel. */
export function isGrey(images: Uint8Array): boolean {
  for (let i = 0; i < images.length; i += 3)
    if (images[i] !== images[i + 1] || images[i] !== images[i + 2]) return false;
  return true;
}

/** The first channel of three. */
export function firstChannel(images: Uint8Array): Uint8Array {
  const grey = new Uint8Array(images.length / 3);
  for (let i = 0; i < grey.length; i++) grey[i] = images[3 * i] ?? 0;
  return grey;
}
