import { describe, expect, it } from 'vitest';
import { readNpz } from '../npz.ts';
import { readZip } from '../zip.ts';
import { bytesOf, integersOf, writeNpy, writeNpz, writeZip } from './npz-writer.ts';

/** Of NumPy 2.4.6: savez_compressed of x_train uint8 [4,3,3,3] = 7 i mod 256, y_train int64 [4,1], x_test its first two images in reverse, y_test. */
const keras =
  'UEsDBC0AAAAIAAAAIQAWHI+i//////////8LABQAeF90cmFpbi5ucHkBABAA7AAAAAAAAAC5AAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GiY6CsYQpKmjUKtABuBiYOcTlVHWMrSwd/MNiU7KLCiva+2ZPGvhivXb9h45fenmg+fvvv5h5hKUkFfTNbF28gwIj0vNKa5q7OifNnfJ6k07Dxw/d/XO41cff/xn4xWRVtI0MLdz9QmOSszIL6tt6Z40c8HydVv3HD518cb9Z28BUEsDBC0AAAAIAAAAIQDzXdIZ//////////8LABQAeV90cmFpbi5ucHkBABAAoAAAAAAAAABNAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loG6TaaGuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GiY6CoaaOgq1CmQDLgYoYESjYQAAUEsDBC0AAAAIAAAAIQBtGUIr//////////8KABQAeF90ZXN0Lm5weQEAEAC2AAAAAAAAAIAAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXlNqqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjoKxhCkqaNQq0AG4Np75PSlmw+ev/v6h5lLUEJeTdfE2skzIDwuNaeYgZ1PVEZZy9DC3s03JDops6C8rrVn8qyFK9ZvAwBQSwMELQAAAAgAAAAhAIlupbr//////////woAFAB5X3Rlc3QubnB5AQAQAJAAAAAAAAAASgAAAAAAAACb7BfqGxDJyFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RpGOgqGmjoKtQpkAy5GBlQAAFBLAQItAy0AAAAIAAAAIQAWHI+iuQAAAOwAAAALAAAAAAAAAAAAAACAAQAAAAB4X3RyYWluLm5weVBLAQItAy0AAAAIAAAAIQDzXdIZTQAAAKAAAAALAAAAAAAAAAAAAACAAfYAAAB5X3RyYWluLm5weVBLAQItAy0AAAAIAAAAIQBtGUIrgAAAALYAAAAKAAAAAAAAAAAAAACAAYABAAB4X3Rlc3QubnB5UEsBAi0DLQAAAAgAAAAhAIlupbpKAAAAkAAAAAoAAAAAAAAAAAAAAIABPAIAAHlfdGVzdC5ucHlQSwUGAAAAAAQABADiAAAAwgIAAAAA';

/** Of np.savez, stored: images uint8 [3,2,2] = 11 i, labels [0, 1, 1] as big-endian 16-bit. */
const stored =
  'UEsDBC0AAAAAAAAAIQBE4G7e//////////8KABQAaW1hZ2VzLm5weQEAEACMAAAAAAAAAIwAAAAAAAAAk05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsIDIsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoACxYhLDdCTVhjbnlQSwMELQAAAAAAAAAhAEB0UiD//////////woAFABsYWJlbHMubnB5AQAQAIYAAAAAAAAAhgAAAAAAAACTTlVNUFkBAHYAeydkZXNjcic6ICc+dTInLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMywpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgCgAAAAEAAVBLAQItAy0AAAAAAAAAIQBE4G7ejAAAAIwAAAAKAAAAAAAAAAAAAACAAQAAAABpbWFnZXMubnB5UEsBAi0DLQAAAAAAAAAhAEB0UiCGAAAAhgAAAAoAAAAAAAAAAAAAAIAByAAAAGxhYmVscy5ucHlQSwUGAAAAAAIAAgBwAAAAigEAAAAA';

const read = (bytes: Uint8Array) => readNpz({ name: 'set.npz', bytes });
const whole = {
  x_train: bytesOf([4, 5, 5]),
  y_train: integersOf([0, 1, 2, 1]),
  x_test: bytesOf([2, 5, 5]),
  y_test: integersOf([2, 0]),
};

const { y_test: _labels, ...withoutTestLabels } = whole;

describe('an NPZ file', () => {
  it('as NumPy compresses it gives images and labels of both parts', () => {
    const { classes, train, test } = read(Buffer.from(keras, 'base64'));
    const images = Uint8Array.from({ length: 108 }, (_, i) => (7 * i) % 256);
    expect(classes).toEqual(['0', '1']);
    expect(train).toEqual({
      images,
      labels: Uint8Array.of(0, 1, 1, 0),
      count: 4,
      resolution: 3,
      channels: 3,
    });
    expect([...test.images]).toEqual([...images.subarray(27, 54), ...images.subarray(0, 27)]);
    expect([...test.labels]).toEqual([1, 0]);
  });

  it('as NumPy stores it is read entry by entry', () => {
    const entries = readZip({ name: 'a.npz', bytes: Buffer.from(stored, 'base64') });
    expect([...entries.keys()]).toEqual(['images.npy', 'labels.npy']);
    expect([...(entries.get('images.npy')?.().subarray(-12) ?? [])]).toEqual(
      Array.from({ length: 12 }, (_, i) => 11 * i),
    );
  });

  it('without a test part is parted, every image in one of the parts', () => {
    const labels = Array.from({ length: 24 }, (_, i) => i % 2);
    const { train, test } = read(writeNpz({ images: bytesOf([24, 2, 2]), labels: integersOf(labels) }));
    expect([train.count, test.count]).toEqual([20, 4]);
    expect([...test.labels].toSorted()).toEqual([0, 0, 1, 1]);
  });

  it('of MedMNIST counts its validation images as training images', () => {
    const { train, test } = read(
      writeNpz({
        train_images: bytesOf([2, 4, 4, 3]),
        train_labels: { ...bytesOf([2, 1], [0, 1]) },
        val_images: bytesOf([1, 4, 4, 3]),
        val_labels: bytesOf([1, 1], [1]),
        test_images: bytesOf([1, 4, 4, 3]),
        test_labels: bytesOf([1, 1], [0]),
      }),
    );
    expect([...train.labels]).toEqual([0, 1, 1]);
    expect(train.images.length).toBe(3 * 48);
    expect(test.count).toBe(1);
  });

  it('may hold more than 256 classes', () => {
    const labels = Array.from({ length: 1000 }, (_, i) => i % 500);
    const { classes, train } = read(
      writeNpz({
        x_train: bytesOf([1000, 1, 1]),
        y_train: integersOf(labels),
        x_test: bytesOf([1, 1, 1]),
        y_test: integersOf([499]),
      }),
    );
    expect(classes).toHaveLength(500);
    expect([...train.labels]).toEqual(labels);
  });

  it.each<[string, Uint8Array, string]>([
    ['no zip archive', Buffer.from('hello'), 'set.npz: not a zip archive, or torn; write or copy it again'],
    ['one cut off', writeNpz(whole).subarray(0, 300), 'set.npz: not a zip archive, or torn'],
    ['one with a changed byte', changeByte(writeNpz(whole), 90), 'set.npz: x_train.npy: damaged: '],
    [
      'a broken directory',
      changeByte(writeNpz(whole), writeNpz(whole).indexOf('PK\x01\x02')),
      'set.npz: damaged: its directory is broken at entry 1',
    ],
    [
      'another compression',
      writeZip({ 'x_train.npy': Buffer.alloc(9), 'y_train.npy': Buffer.alloc(9) }, 12),
      'set.npz: x_train.npy: compression method 12 is not read; write the file with np.savez',
    ],
    [
      'other names',
      writeNpz({ data: bytesOf([1]) }),
      'set.npz: holds data.npy, but no x_train and y_train; write',
    ],
    ['no labels', writeNpz({ x_train: bytesOf([1, 2, 2]) }), 'set.npz: has x_train, but no y_train; add it'],
    ['no test labels', writeNpz(withoutTestLabels), 'set.npz: has x_test, but no y_test; add it'],
    [
      'no arrays',
      writeZip({ 'x_train.npy': Buffer.from('text instead of numbers'), 'y_train.npy': Buffer.alloc(0) }),
      "set.npz: x_train: not an NPY array: it does not begin with NumPy's mark",
    ],
    [
      'a truncated array',
      writeZip({
        'x_train.npy': writeNpy(whole.x_train).subarray(0, 140),
        'y_train.npy': writeNpy(whole.y_train),
      }),
      'set.npz: x_train: truncated: its header announces 4 x 5 x 5 values of 1 bytes, 12 bytes follow',
    ],
    [
      'an array that goes on behind its end',
      writeZip({
        'x_train.npy': Buffer.concat([writeNpy(whole.x_train), Buffer.alloc(3)]),
        'y_train.npy': writeNpy(whole.y_train),
      }),
      'set.npz: x_train: too long: its header announces 4 x 5 x 5 values of 1 bytes, 103 bytes follow',
    ],
    [
      'rows of several types',
      writeZip({
        'x_train.npy': Buffer.from(
          writeNpy(whole.x_train).toString('latin1').replace("'|u1'", '[...]'),
          'latin1',
        ),
        'y_train.npy': writeNpy(whole.y_train),
      }),
      "set.npz: x_train: its header \"{'descr': [...], ",
    ],
    [
      'an entry without its header',
      changeByte(writeNpz(whole), 0),
      'set.npz: x_train.npy: damaged: its header is broken; write or copy the file again',
    ],
    [
      'an entry longer than the file',
      changeByte(writeNpz(whole), writeNpz(whole).indexOf('PK\x01\x02') + 22),
      'set.npz: x_train.npy: damaged: it is torn',
    ],
    [
      'more than 4 GB',
      Buffer.concat([writeNpz(whole).subarray(0, -12), Buffer.alloc(2, 0xff), writeNpz(whole).subarray(-10)]),
      'set.npz: an archive of more than 4 GB is not read; make a folder of images of it',
    ],
    [
      'floats',
      writeNpz({ ...whole, x_train: { dtype: '<f4', shape: [4, 5, 5], bytes: new Uint8Array(400) } }),
      'set.npz: x_train: holds 32-bit floats; images must be unsigned bytes from 0 to 255, so write (255 * x).round().astype("uint8") of images from 0 to 1',
    ],
    [
      'wide pixels',
      writeNpz({ ...whole, x_test: { dtype: '<i4', shape: [2, 5, 5], bytes: new Uint8Array(200) } }),
      'set.npz: x_test: holds 32-bit integers; images must be unsigned bytes from 0 to 255, so write x.astype("uint8")',
    ],
    [
      'Python objects',
      writeNpz({ ...whole, x_train: { dtype: '|O', shape: [4], bytes: new Uint8Array(4) } }),
      'set.npz: x_train: holds Python objects',
    ],
    [
      'Fortran order',
      writeNpz({ ...whole, x_train: { ...whole.x_train, fortran: true } }),
      'set.npz: x_train: in Fortran order; write np.ascontiguousarray(…) of it',
    ],
    [
      'channels first',
      writeNpz({ ...whole, x_train: bytesOf([4, 3, 5, 5]) }),
      'set.npz: x_train: has the shape 4 x 3 x 5 x 5; channels come last, so write np.moveaxis(x, 1, -1)',
    ],
    [
      'transparency',
      writeNpz({ ...whole, x_train: bytesOf([4, 5, 5, 4]) }),
      'set.npz: x_train: has the shape 4 x 5 x 5 x 4; images have 1 channel or 3',
    ],
    [
      'images that are no squares',
      writeNpz({ ...whole, x_train: bytesOf([4, 5, 6]) }),
      'set.npz: x_train: its images are 5 x 6 pixels; they must be square',
    ],
    [
      'flat images',
      writeNpz({ ...whole, x_train: bytesOf([4, 25]) }),
      'has the shape 4 x 25, which is not one of images',
    ],
    [
      'parts of two sizes',
      writeNpz({ ...whole, x_test: bytesOf([2, 4, 4]) }),
      'set.npz: x_train holds images of 5 x 5 x 1, set.npz: x_test of 4 x 4 x 1',
    ],
    [
      'parts of two lengths',
      writeNpz({ ...whole, y_train: integersOf([0, 1, 2]) }),
      'set.npz: x_train holds 4 images, but y_train 3 labels; the two must belong together',
    ],
    [
      'one-hot labels',
      writeNpz({ ...whole, y_train: bytesOf([4, 3]) }),
      'set.npz: y_train: has the shape 4 x 3; one class an image is needed, so write np.argmax(…, axis=1) of one-hot rows',
    ],
    [
      'labels that are no whole numbers',
      writeNpz({ ...whole, y_train: { dtype: '<f8', shape: [4], bytes: new Uint8Array(32) } }),
      'set.npz: y_train: holds 64-bit floats; labels must be whole numbers',
    ],
    [
      'a negative label',
      writeNpz({ ...whole, y_train: integersOf([0, 1, 2, -1]) }),
      'set.npz: y_train: mislabelled: label -1 of image 3 is not a whole number from 0 to 65535',
    ],
    [
      'labels from 1',
      writeNpz({ ...whole, y_train: integersOf([1, 2, 3, 1]) }),
      'set.npz: y_train: mislabelled: the labels go up to 3, but no training image has label 0; number the classes from 0 without a gap',
    ],
    [
      'one class',
      writeNpz({ ...whole, y_train: integersOf([0, 0, 0, 0]) }),
      'set.npz: y_train: all images have label 0; at least two classes',
    ],
    [
      'a test label that is none of training',
      writeNpz({ ...whole, y_test: integersOf([0, 7]) }),
      'set.npz: y_test: mislabelled: label 7 of image 1 is not one of the 3 classes 0 to 2 of set.npz: y_train',
    ],
  ])('of %s is refused in words', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
  });
});

/** Another byte at a place, counted from the end where it is negative. */
function changeByte(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  const place = at < 0 ? bytes.length + at : at;
  changed.writeUInt8(changed.readUInt8(place) ^ 0xff, place);
  return changed;
}
