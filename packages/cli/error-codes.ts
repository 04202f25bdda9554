/** What to do about each stable code that an error may carry: `netspace explain CODE`. A test holds the list against the code. */

export const errorCodes: Readonly<Record<string, string>> = {
  USAGE:
    'The words of the command line cannot be understood. `--help` behind the command shows its options, with examples.',
  MACHINE:
    'Something is missing on this machine: Python with pip, make, a C++ compiler, or a newer Node. `netspace doctor` lists what is there.',
  DISK_SPACE:
    'The disk is too small for the native library: 1.5 GB while it is made, 0.85 GB afterwards. Free some, or name another place by XDG_CACHE_HOME.',
  CACHE_FOLDER: 'The folder of the cache cannot be written. Name one of your own by XDG_CACHE_HOME.',
  HOME_FOLDER:
    'npm and pnpm keep what they download below the home folder, and it cannot be written. Change its permissions, or set HOME to a folder of your own.',
  NPM_MISSING: 'npx is missing, which comes with npm. Install npm (Debian: sudo apt install npm).',
  LOCKFILE: 'pnpm-lock.yaml does not fit the package.json files. Update it with `npx pnpm install`.',
  PYTHON_MISSING:
    'Python 3.8 or newer is missing, whose pip downloads the native library. The message has the command that installs it.',
  PIP_MISSING:
    'Python has no pip, which downloads the native library. The message has the command that installs it.',
  COMPILER_MISSING:
    'A C++ compiler is missing, which builds the binding of the native library. The message has the command that installs it.',
  MAKE_MISSING:
    'make is missing, which builds the binding of the native library. The message has the command that installs it.',
  ARCHITECTURE:
    'TensorFlow offers no library for this system or processor. Linux on x64 is tested; on Windows use WSL.',
  C_LIBRARY:
    'The system’s C library is too old or another one: TensorFlow needs glibc 2.27 or newer; Alpine has musl.',
  CHECKSUM:
    'What was downloaded is not what was asked for. It was thrown away: run the set-up again; if it happens again, something on the way changes it.',
  NETWORK:
    'Of a set-up: the package index or the headers of Node could not be reached; check the connection, a proxy or pip’s settings. Of a network: the JSON is no network; the message says which key is wrong.',
  DOWNLOAD: 'pip could not get the library; the message holds its last words.',
  BUILD: 'tfjs-node’s binding does not compile. The log named in the message has all that the compiler said.',
  LIBRARY_LOAD:
    'The library is there and does not load. Remove the folder named in the message and set it up again.',
  TENSORFLOW_LIBRARY:
    'The native library is not in place, or does not load. Run `netspace setup`, or `node setup.mjs` in a clone; `netspace doctor` looks what is wrong.',
  PACKAGES:
    'Packages are missing or could not be installed. In a clone run `node setup.mjs`; else install netspace again.',
  TYPES:
    'The packages do not compile: a change of the sources is wrong, or a build is half done. The message has the first error.',
  PAGES: 'The dashboard’s pages could not be bundled. Run `node packages/dashboard/bundle.mjs` to see why.',
  ZIP: 'A downloaded archive is damaged. Run the set-up again.',
  'pages-missing': 'The dashboard’s pages are not built: run `node setup.mjs`.',
  augmentation: 'An augmentation that these images cannot have, as changed colours of grey images.',
  batch: 'There are fewer images to learn from than a batch holds. Use a smaller batchSize, or more images.',
  'dataset-damaged': 'A file of the data set has another checksum than it should. Fetch it again.',
  'dataset-absent':
    'The data set is known, but not on this machine. `netspace data fetch NAME` gets it; NETSPACE_DATA names a folder that has it.',
  'unknown-dataset':
    'No data set has this name, and no file lies at such a path. `netspace data list` shows the names.',
  cifar: 'A file that should be CIFAR’s binary form is not.',
  fetch: 'A data set could not be fetched; the message says from where and why.',
  idx: 'A file that should be IDX is torn or mislabelled, or images and labels do not belong together.',
  'image-file': 'An image cannot be decoded. Remove or replace the file that is named.',
  'image-folder':
    'The folder is not one of images by class: it needs a folder of images for each class, or train and test with such folders.',
  labels: 'Labels do not fit: a class is missing, or there are too many.',
  npy: 'An array in the NPZ file is not one that NumPy writes for images or labels.',
  'data-reference': 'A data set is a name or a path, with @PIXELS behind the path of a folder of images.',
  source: 'What lies at the path is no data set that netspace reads.',
  split: 'The images cannot be parted so: each part needs at least one image.',
  tar: 'An archive of a data set is damaged. Fetch it again.',
  'test-split': 'No test part can be split off: there are too few different images.',
  zip: 'The NPZ file is no sound archive, or packed in a way that is not read.',
  MODEL_FILE: 'The file is no model of netspace, or it is damaged.',
  MODEL_SHAPE: 'Weights and network do not belong together.',
  SAFETENSORS: 'The file is not safetensors, or it is cut short.',
  MODEL: 'No published model has this name. `netspace zoo` lists them.',
  COMPATIBILITY:
    'Width, bottleneck ratio and group width of a stage do not go together; the message names values that do.',
  COMPLEXITY: 'The network is too large to be counted exactly, or its input is no image.',
  COUNT_PROGRAM: 'Layers of one’s own that cannot be counted: branches of a residual have different strides.',
  PYCLS_CONFIG: 'pycls has no configuration for such a network.',
  QUANTITY: 'A quantity is written like 400M, 1.6G or 50k, a range like 360M:400M.',
  QUANTIZER:
    'Parameters of a RegNet out of their range: depth at least 1, w0 a multiple of 8, wa at least 0, wm above 1.',
  SCALING: 'The network cannot be scaled so.',
  SPACE:
    'A mistake in a declared space; the message has its place, what is allowed, and the nearest right key.',
  SAMPLING:
    'The space has no networks in the window, or too few. The message says how near draws came: widen the window, or ask for fewer.',
  DISTRIBUTION: 'A distribution without values, or with ends the wrong way round.',
  population: 'A file of trials cannot be read; the message names the line. `--skip-bad` takes the rest.',
  search:
    'What was asked of `netspace find` cannot be: budgets that no network of the space meets, or no budget at all; the message says which to change.',
  'search-process':
    'A process of `netspace find` that measures or exports ended without an answer; the message has its words. The same command goes on.',
  'no-trials': 'No trial has a result yet: run the sweep first.',
  'no-error': 'A completed trial has no error: the file lacks it, or its column has another name (`--map`).',
  'error-out-of-range':
    'An error is not a fraction from 0 to 1. Is it in percent? `--map error=COLUMN%` divides by 100.',
  RECIPE: 'A recipe that cannot be followed; the message names the key and what it may be.',
  CHECKPOINT_DAMAGED: 'The checkpoint is damaged; the training begins anew.',
  CHECKPOINT_FOREIGN:
    'The checkpoint is of another training; the message says where they differ. Name another file, or remove it.',
  plan: 'A mistake in a plan; the message has its place, what is allowed, and the nearest right key.',
  shard: 'A part of a plan is written i/n with i from 1 to n, and early stopping by halving cannot be split.',
  calibration: 'The machine could not be measured; `--no-estimate` goes without.',
  fleet: 'Tasks on the cluster could not be kept; the message has the scheduler’s words.',
  slurm: 'Slurm’s programs are missing, or refused the job; the message has their words.',
  'data-differs':
    'The images on this machine are not those of the sweep’s other trials. Copy the same files here.',
  'worker-gone':
    'A worker process ended by itself; the trial is tried again. Killed again and again, it lacks memory: use fewer workers or smaller batches.',
  'worker-unfit': 'A worker cannot train here at all: data or library are missing; the message says which.',
  'sweep-imported': 'The sweep was imported: it has no plan to train by.',
  'filter-invalid':
    'The filter behind `--where` cannot be understood; the message shows where. `netspace trials --help` has its grammar.',
  'store-unreachable': 'The file cannot be opened, or the server does not answer or has no such database.',
  'store-refused':
    'The server does not let this user in, or do that. Check name, password (PGPASSWORD, ~/.pgpass) and rights.',
  'store-read-only': 'The store cannot be written: copy it, or change its rights.',
  'store-full':
    'The disk of the store is full. Make room and run the command again: nothing completed is lost.',
  'store-busy':
    'Another process has locked the store for too long. Wait for it; on a network drive use PostgreSQL.',
  'store-damaged':
    'The file holds no sound database. `netspace salvage` reads what can still be read; a backup is beside it before migrations.',
  'store-gone': 'The file was removed or replaced while it was open. Put it back, or run the command again.',
  'store-foreign': 'A database, but not one of netspace. Name another file or schema.',
  'store-newer': 'A newer netspace has written the store. Update netspace, or name another store.',
  'store-failed': 'The database reported something else; the message has its words.',
  'sweep-unknown': 'The store has no such sweep. `netspace status` lists those that it has.',
  'trial-unknown': 'The store has no such trial. `netspace trials SWEEP` lists them.',
  'sweep-running': 'Trials of the sweep are being trained. Stop them first, by Ctrl-C where they run.',
  'merge-conflict': 'Two stores tell different things of one trial. `--prefer first` or `last` chooses.',
};
