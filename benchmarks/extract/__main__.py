"""Benchmark of stage extract: LayoutLM base one page at a time and batched, and the cost of the shipped models.

`python -m benchmarks.extract` from the root of the project; it needs only torch, transformers, numpy, threadpoolctl and
lightgbm. The compact tagger runs in numpy, and in torch as its rival.
LayoutLM has its real shape and random weights, as neither its speed nor its memory depends on the weights.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import platform
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import transformers

from benchmarks.extract.backends import BackendCost, backends, backends_table
from benchmarks.extract.pages import pages as make_pages
from benchmarks.extract.pages import rows
from benchmarks.extract.processes import together
from benchmarks.extract.ways import (
    NAMES,
    Parts,
    Way,
    base,
    batched,
    encoding,
    matmul_peak,
    one_at_a_time,
    parts_of_a_page,
)
from prelabel.errors import PrelabelError
from prelabel.kie.extract import tag_input
from prelabel.kie.tag.compact import CompactTagger
from prelabel.kie.tag.device import device_of, precision_of
from prelabel.kie.tag.threads import limit_threads
from prelabel.page import Page
from prelabel.registry.linker_files import SHIPPED_LINKER
from prelabel.registry.tagger_files import SHIPPED_COMPACT

#: Targets: speed relative to one page at a time; busy share of the steady state; CPU ms of SER and RE a page.
BARS = {"batched_ratio": 8.0, "busy": 0.8, "page_ms": 50.0}
ONE = "one page at a time"
#: Words of an oversized page.
LARGE = 5000
SER, RE = ("features", "network", "grouping"), ("relations",)


def main() -> None:
    try:
        options = _options()
        logging.basicConfig(level=logging.DEBUG if options.verbose else logging.WARNING)
        limit_threads(options.threads)
        found = measure(options)
    except PrelabelError as error:
        raise SystemExit(str(error)) from None
    print(table(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    if options.plot:
        plot(found, options.plot)


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Measure everything, and return the results ready for JSON."""
    device = device_of(options.device)
    on_gpu = device.type == "cuda"
    dtype = precision_of(options.precision, device)
    if on_gpu:
        torch.cuda.set_device(device)
    pages, made_by = make_pages(options.pages or (2000 if on_gpu else 12))
    found: dict[str, Any] = {
        "benchmark": "extract",
        "device": torch.cuda.get_device_name(device) if on_gpu else f"{os.cpu_count()} cores, {options.threads} used",
        "device_type": device.type,
        "dtype": NAMES[dtype],
        "versions": {
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "python": platform.python_version(),
        },
        "pages": len(pages),
        "pages_made_by": made_by,
        "words_a_page": sum(len(page.words) for page in pages) / len(pages),
        "compact": _compact(pages[:200]),
        "backends": [asdict(each) for each in backends(pages[:200])],
    }
    peaks = {kind: matmul_peak(device, kind) for kind in dict.fromkeys((torch.float32, dtype))}
    ways, encode = _layoutlm(pages, device, dtype, options)
    found["encode_ms"] = encode.mean("encode")
    found["peak_tflops"] = {NAMES[kind]: peak / 1e12 for kind, peak in peaks.items()}
    of = {NAMES[kind]: peak for kind, peak in peaks.items()}
    found["ways"] = [asdict(w) | {"peak_share": w.peak_share(of[w.dtype], on_cpu=not on_gpu)} for w in ways]
    # On a shared CPU, the CPU seconds of the process are more reliable than wall time.
    cost = {way.name: 1 / way.pages_per_s if on_gpu else way.cpu_s / way.pages for way in ways}
    found["batched_ratio"] = cost[ONE] / cost[ways[-1].name]
    found["batched_ratio_fp32"] = cost[ways[0].name] / cost[ways[-1].name]
    found["memory_mb"] = torch.cuda.max_memory_allocated(device) / 2**20 if on_gpu else None
    return found


def _layoutlm(
    pages: Sequence[Page], device: torch.device, dtype: torch.dtype, options: argparse.Namespace
) -> tuple[list[Way], Parts]:
    """Measure LayoutLM one page at a time, in float32 and in `dtype`, then batched, at last in several processes."""
    inputs = [tag_input(page) for page in pages]
    single = inputs[: max(len(inputs) // 10, 12)]
    tagger = base(device, torch.float32)
    parts = encoding(tagger, pages[:200])
    ways = []
    if dtype is not torch.float32:
        ways.append(one_at_a_time(f"{ONE}, in full", tagger, single, "fp32", device))
        del tagger
        tagger = base(device, dtype)
    ways.append(one_at_a_time(ONE, tagger, single, NAMES[dtype], device))
    ways.append(batched(tagger, inputs, NAMES[dtype], device, options.batch_tokens, options.batch_pages))
    if options.processes > 1:
        del tagger
        ways.append(together(options, len(pages)))
    return ways, parts


def _compact(pages: Sequence[Page]) -> dict[str, Any]:
    """Measure the shipped models on one CPU core: loading, ms a page by part, seconds for a page of `LARGE` words."""
    threads = torch.get_num_threads()
    limit_threads(1)
    started = time.process_time()
    tagger = CompactTagger.load(SHIPPED_COMPACT, "cpu")
    load_s = time.process_time() - started
    linker = _linker()
    parts = parts_of_a_page(tagger, pages, linker)
    large = parts_of_a_page(tagger, [rows(0, words=LARGE)], linker)
    limit_threads(threads)
    return {
        "load_s": load_s,
        "linker": linker.name if linker else "alignment",
        "ms": {part: parts.mean(part) for part in (*SER, *RE)},
        "ser_ms": parts.mean(*SER),
        "re_ms": parts.mean(*RE),
        "page_ms": parts.mean(*SER, *RE),
        "large_s": {part: large.mean(part) / 1000 for part in (*SER, *RE)},
    }


def _linker() -> Any:
    """Load the shipped linker; None, for the alignment rule, if its folder is missing."""
    if not SHIPPED_LINKER.is_dir():
        return None
    from prelabel.kie.link.learned import LearnedLinker

    return LearnedLinker.load(SHIPPED_LINKER)


def table(found: dict[str, Any]) -> str:
    """Return the results as a table for people."""
    compact, cpu = found["compact"], found["device_type"] == "cpu"
    peaks = ", ".join(f"{dtype} {peak:.3g} TFLOP/s" for dtype, peak in found["peak_tflops"].items())
    lines = [
        f"{found['pages']} pages ({found['pages_made_by']}), {found['words_a_page']:.0f} words each",
        f"{found['device']}; matmul peak: {peaks}",
        "",
        f"{'LayoutLM base':<30}{'dtype':>6}{'pages/s':>10}{'CPU s/page':>12}{'of peak':>9}{'padding':>9}"
        f"{'GPU busy':>10}{'driver says':>13}{'starved':>9}",
    ]
    lines += [
        f"{way['name']:<30}{way['dtype']:>6}{way['pages_per_s']:>10.2f}{way['cpu_s'] / way['pages']:>12.3f}"
        f"{way['peak_share']:>9.1%}{way['waste']:>9.1%}"
        + "".join(f"{_share(way[k]):>{n}}" for k, n in (("busy", 10), ("driver_busy", 13), ("starved", 9)))
        for way in found["ways"]
    ]
    lines += [
        f"batched against one at a time: {found['batched_ratio']:.2f} times, in full {found['batched_ratio_fp32']:.2f}"
        + (" (CPU seconds; the bars are a GPU's)" if cpu else f" (bar {BARS['batched_ratio']:g})"),
        f"pre-processing (tokens, boxes, windows): {found['encode_ms']:.2f} CPU ms a page, in the tasks' threads",
        "",
        f"shipped tagger and linker ({compact['linker']}), CPU ms a page on one core:",
        "  " + ", ".join(f"{part} {ms:.1f}" for part, ms in compact["ms"].items()),
        f"  SER {compact['ser_ms']:.1f} + RE {compact['re_ms']:.1f} = {compact['page_ms']:.1f} ms "
        f"(bar {BARS['page_ms']:g}: {'met' if compact['page_ms'] <= BARS['page_ms'] else 'MISSED'}); "
        f"loaded in {compact['load_s']:.2f} CPU s",
        f"  a page of {LARGE:,} words, CPU s: "
        + ", ".join(f"{part} {s:.2f}" for part, s in compact["large_s"].items()),
        "",
        *backends_table([BackendCost(**row) for row in found["backends"]]),
    ]
    return "\n".join(lines)


def plot(found: dict[str, Any], path: Path) -> None:
    """Plot pages a second by way, and the milliseconds of a page by part. Needs matplotlib."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.2), dpi=110, layout="constrained")
    speeds, parts = figure.subplots(1, 2)
    names = [f"{way['name']}, {way['dtype']}" for way in found["ways"]]
    speeds.barh(names, [way["pages_per_s"] for way in found["ways"]], color="#c2410c")
    speeds.set_title(f"LayoutLM base, pages a second: {found['device']}", loc="left", fontsize=9)
    ms = found["compact"]["ms"]
    parts.barh(list(ms), list(ms.values()), color="#64748b")
    parts.set_title("Shipped tagger and linker, CPU ms a page", loc="left", fontsize=9)
    for axes in (speeds, parts):
        axes.invert_yaxis()
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.savefig(path)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extract", description=__doc__)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or cuda:N")
    parser.add_argument("--precision", default="auto", choices=("auto", "fp32", "bf16", "fp16"))
    parser.add_argument("--pages", type=int, default=0, help="default: 2000 on a GPU, 12 on a CPU")
    parser.add_argument("--batch-tokens", type=int, default=65536, help="as the setting BATCH_TOKENS")
    parser.add_argument("--batch-pages", type=int, default=256, help="as the setting BATCH_PAGES")
    parser.add_argument("--processes", type=int, default=0, help="that share the device; default: 4 on a GPU, else 1")
    parser.add_argument("--threads", type=int, default=1, help="on a CPU, as the setting TORCH_THREADS")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--plot", type=Path, metavar="FILE")
    parser.add_argument("--verbose", action="store_true", help="batches and padding as they come")
    options = parser.parse_args()
    options.processes = options.processes or (4 if device_of(options.device).type == "cuda" else 1)
    return options


if __name__ == "__main__":
    main()
