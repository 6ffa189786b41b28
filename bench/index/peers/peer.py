"""A peer of the bench: faiss or hnswlib of Python, whichever the first argument names. Talks as serve.ts does."""

import json
import os
import resource
import sys
import time

import numpy

library, settings = sys.argv[1], json.loads(sys.argv[2])
K = 10
own, dimension, count = settings["own"], settings["dimension"], settings["count"]
path = os.path.join(own, "graph")
queries = numpy.fromfile(settings["queriesFile"], dtype="float32").reshape(-1, dimension)


class Faiss:
    def __init__(self):
        import faiss

        faiss.omp_set_num_threads(1)
        self.faiss = faiss

    def build(self, vectors):
        self.index = self.faiss.IndexHNSWFlat(dimension, settings["m"])
        self.index.hnsw.efConstruction = settings["efConstruction"]
        self.index.add(vectors)
        self.faiss.write_index(self.index, path)

    def open(self):
        self.index = self.faiss.read_index(path)

    def width(self, ef):
        self.index.hnsw.efSearch = ef

    def search(self, query):
        return self.index.search(query, K)[1][0]


class Hnswlib:
    def __init__(self):
        import hnswlib

        self.hnswlib = hnswlib

    def build(self, vectors):
        self.index = self.hnswlib.Index(space="l2", dim=dimension)
        self.index.init_index(count, ef_construction=settings["efConstruction"], M=settings["m"])
        self.index.set_num_threads(1)
        self.index.add_items(vectors)
        self.index.save_index(path)

    def open(self):
        self.index = self.hnswlib.Index(space="l2", dim=dimension)
        self.index.load_index(path)
        self.index.set_num_threads(1)

    def width(self, ef):
        self.index.set_ef(ef)

    def search(self, query):
        return self.index.knn_query(query, K)[0][0]


engine = {"faiss": Faiss, "hnswlib": Hnswlib}[library]()


def cost_of(work):
    started, before = time.perf_counter(), time.process_time()
    work()
    return {"seconds": time.perf_counter() - started, "cpuSeconds": time.process_time() - before}


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def answer(name, argument):
    if name == "build":
        os.makedirs(own, exist_ok=True)
        vectors = numpy.fromfile(os.path.join(settings["data"], "vectors.f32"), dtype="float32")
        vectors = vectors.reshape(-1, dimension)
        return cost_of(lambda: engine.build(vectors))
    if name == "open":
        before = resident()
        cost = cost_of(engine.open)
        return {**cost, "resident": resident() - before, "disk": os.path.getsize(path)}
    if name == "search":
        engine.width(argument["ef"])
        rows = []

        def search():
            for row in range(len(queries)):
                rows.extend(engine.search(queries[row : row + 1]))

        cost = cost_of(search)
        return {**cost, "rows": [int(row) for row in rows]}
    raise ValueError(name)


for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(answer(request["name"], request.get("argument"))), flush=True)
