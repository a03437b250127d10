"""A name server that knows one name: ADDRESS NAME ANSWER. Ends with its input."""

import os
import socket
import struct
import sys
import threading

address, name, answer = sys.argv[1:]
IN, A = 1, 1


def reply(query):
    labels, at = [], 12
    while length := query[at]:
        labels.append(query[at + 1 : at + 1 + length].decode().lower())
        at += 1 + length
    kind, family = struct.unpack(">HH", query[at + 1 : at + 5])
    known = ".".join(labels) == name
    records = b""
    if known and (kind, family) == (A, IN):
        # The name by its place in the question, a minute to live.
        records = struct.pack(">HHHIH", 0xC00C, A, IN, 60, 4) + socket.inet_aton(answer)
    flags = 0x8180 if known else 0x8183
    return query[:2] + struct.pack(">HHHHH", flags, 1, 1 if records else 0, 0, 0) + query[12 : at + 5] + records


def end_with_input():
    sys.stdin.read()
    os._exit(0)


server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((address, 53))
print("listening", flush=True)
threading.Thread(target=end_with_input, daemon=True).start()
while True:
    query, whom = server.recvfrom(512)
    server.sendto(reply(query), whom)
