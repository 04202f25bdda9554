"""Types into a program in a terminal of its own: `typist.py COMMAND… -- TEXT…`.

Each text is typed when the program has said nothing for a while; `\\t` in it is the tabulator. What came out behind the last text is printed.
"""
import codecs
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

at = sys.argv.index("--")
command, texts = sys.argv[1:at], sys.argv[at + 1 :]
quiet, patience = 0.7, 20

child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 100, 0, 0))


def listen():
    """What is said until nothing has come for a while; the first word may take longer."""
    said, end = b"", time.time() + patience
    while time.time() < end:
        ready, _, _ = select.select([terminal], [], [], quiet if said else patience)
        if not ready:
            break
        try:
            more = os.read(terminal, 65536)
        except OSError:
            break
        if b"\x1b[c" in more or b"\x1b[0c" in more:
            # Some shells ask what terminal this is, and wait for the answer.
            os.write(terminal, b"\x1b[?1;2c")
        said += more
    return said


listen()
said = b""
for text in texts:
    os.write(terminal, codecs.decode(text, "unicode_escape").encode())
    said = listen()
os.write(1, said)
os.kill(child, signal.SIGKILL)
