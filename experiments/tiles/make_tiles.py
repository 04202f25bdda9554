"""Cuts the sample photographs of scikit-learn and scikit-image into tiles, a folder a photograph: a small set of real colour images.

    python -m venv /tmp/tiles-venv && /tmp/tiles-venv/bin/pip install -r experiments/tiles/requirements.txt
    /tmp/tiles-venv/bin/python experiments/tiles/make_tiles.py tiles

Which photograph is a tile of? Tiles of one photograph do not overlap, so no pixel is in two of them. Photographs that a package does not ship
(scikit-image fetches some) are left out.
"""

import sys
from pathlib import Path

import numpy
from PIL import Image
from skimage import data
from sklearn.datasets import load_sample_images

SIDE = 40
# Photographs of different size: the classes are not balanced, as real ones are not.
MOST_TILES = 160
SHIPPED = ["astronaut", "chelsea", "coffee", "rocket", "immunohistochemistry", "colorwheel"]


def photographs():
    """Name and pixels [height, width, 3] of each photograph that is on this machine."""
    samples = load_sample_images()
    for path, pixels in zip(samples.filenames, samples.images):
        yield Path(path).stem, pixels
    for name in SHIPPED:
        try:
            yield name, getattr(data, name)()
        except Exception as error:  # not shipped, and no network to fetch it by
            print(f"left out: {name} ({error})", file=sys.stderr)


def main(folder):
    for name, pixels in photographs():
        pixels = numpy.asarray(pixels)[:, :, :3]
        place = Path(folder, name)
        place.mkdir(parents=True, exist_ok=True)
        rows, columns = pixels.shape[0] // SIDE, pixels.shape[1] // SIDE
        tiles = [(row, column) for row in range(rows) for column in range(columns)]
        # Evenly through the photograph where it has more than are wanted.
        step = max(1.0, len(tiles) / MOST_TILES)
        chosen = [tiles[int(k * step)] for k in range(min(len(tiles), MOST_TILES))]
        for row, column in chosen:
            tile = pixels[row * SIDE : (row + 1) * SIDE, column * SIDE : (column + 1) * SIDE]
            Image.fromarray(tile).save(place / f"{row:02}-{column:02}.png")
        print(f"{name}: {len(chosen)} tiles")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "tiles")
