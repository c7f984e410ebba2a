#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Usage: test_names.py PREFIX

The library that is installed in PREFIX, as another program meets it. Claims: each header compiles alone, as C99 and as
C++, without a warning; headers define no macro and declare no name that does not begin as ours do; neither does the
library; every function that a header declares is in the library.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

LOWER = ("sim_", "mem_", "dev_", "smmu_", "vtd_", "port_", "iommu_")
OURS = LOWER + tuple(prefix.upper() for prefix in LOWER) + ("IOPFSIM_",)
# What a caller holds pointers to, and the link of what travels.
TAGS = ("mem", "smmu", "vtd", "port", "line_item")
# Headers of others that ours include.
BASE = ("asm/types.h", "stdbool.h", "stddef.h")
C99 = ("-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror")

prefix = sys.argv[1]
include = os.path.join(prefix, "include")
headers = sorted("iopfsim/" + name for name in os.listdir(os.path.join(include, "iopfsim")))


def compiler(*arguments, source, command="cc"):
    done = subprocess.run([command, "-I" + include, *arguments], input=source, capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def including(names):
    return "".join(f"#include <{name}>\n" for name in names)


def is_ours(name):
    return name.startswith(OURS)


def check_headers_compile():
    """Each alone, and all of them with every compiler that there is."""
    main = "int main(void) { return 0; }\n"
    for header in headers:
        compiler(*C99, "-x", "c", "-fsyntax-only", "-", source=including([header]) + main)
    for command in filter(shutil.which, ("gcc", "clang")):
        compiler(*C99, "-x", "c", "-fsyntax-only", "-", source=including(headers) + main, command=command)
    if shutil.which("c++"):
        compiler("-std=c++17", "-Wall", "-Werror", "-x", "c++", "-fsyntax-only", "-", source=including(headers) + main,
                 command="c++")


def macros(names):
    text = compiler("-E", "-dM", "-x", "c", "-", source=including(names))
    return {re.match(r"#define (\w+)", line)[1] for line in text.splitlines()}


def check_macros():
    foreign = [name for name in macros(headers) - macros(BASE) if not is_ours(name)]
    assert not foreign, f"macros: {sorted(foreign)}"


def our_text():
    """What our headers say after the preprocessor, without what they include of others."""
    text = compiler("-E", "-x", "c", "-", source=including(headers))
    lines, inside = [], False
    for line in text.splitlines():
        marker = re.match(r'# \d+ "([^"]*)"', line)
        if marker:
            inside = "/iopfsim/" in marker[1]
        elif inside:
            lines.append(line)
    return "\n".join(lines)


def declarations(text):
    """Names at file scope as (kind, name), and the enumerators of any scope."""
    text = re.sub(r"__attribute__\s*\(\(.*?\)\)", "", text)
    for body in re.findall(r"\benum\b[^;{(]*\{([^}]*)\}", text):
        for item in re.split(r",(?![^(]*\))", body):
            if item.strip():
                yield "enumerator", re.match(r"\s*(\w+)", item)[1]
    while "{" in text:
        # innermost braces first; a function's body ends its declaration
        text = re.sub(r"\)\s*\{[^{}]*\}", ");", text)
        text = re.sub(r"\{[^{}]*\}", "", text)
    for declaration in filter(None, map(str.strip, text.split(";"))):
        yield from declared(declaration)


def declared(declaration):
    for tag in re.findall(r"\b(?:struct|union|enum)\s+(\w+)", declaration):
        yield "tag", tag
    if declaration.startswith("typedef"):
        yield "typedef", declaration.split()[-1]
    elif "(" in declaration:
        yield "function", re.search(r"(\w+)\s*\(", declaration)[1]
    elif declaration.startswith("extern") and not declaration.endswith('"C"'):
        for variable in re.sub(r"^extern( const)?( struct)? \w+", "", declaration).split(","):
            yield "variable", re.search(r"\w+", variable)[0]


def check_declarations():
    found = set(declarations(our_text()))
    kinds = {kind for kind, _ in found}
    assert kinds == {"enumerator", "tag", "typedef", "function", "variable"}, kinds
    for name in ("smmu_create", "vtd_create", "mem_add_region", "sim_run", "dev_dma_create"):
        assert ("function", name) in found, name
    foreign = [item for item in found if not is_ours(item[1]) and not (item[0] == "tag" and item[1] in TAGS)]
    assert not foreign, f"declared: {sorted(foreign)}"
    return found


def check_library(found):
    library = os.path.join(prefix, "lib", "libiopfsim.a")
    done = subprocess.run(["nm", "-g", "--defined-only", library], capture_output=True, text=True, check=True)
    symbols = {line.split()[2] for line in done.stdout.splitlines() if len(line.split()) == 3}
    foreign = [name for name in symbols if not name.startswith(LOWER)]
    assert not foreign, f"symbols: {sorted(foreign)}"
    inline = set(re.findall(r"static inline[^;{]*?(\w+)\s*\(", our_text()))
    missing = {name for kind, name in found if kind in ("function", "variable")} - symbols - inline
    assert not missing, f"declared, but not there: {sorted(missing)}"


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        check_headers_compile()
        check_macros()
        check_library(check_declarations())


main()
