#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Usage: tests/models/rules.py [MODEL...]

Reads docs/MODEL-rules.md and MODEL_mutations.txt of each model (smmuv3 and vtd), and checks that they fit the tests and the
source: every rule has a section and a test; every test that a rule names is a function of its program, which main() runs and
CMake builds; every mutation belongs to a rule and matches the source exactly once; some rule names each fault condition of
models/vtd/regs.h. Prints what does not fit; exit 1 if anything does not. scripts/mutate uses the same tables.
"""
import collections
import os
import re
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODELS = ("smmuv3", "vtd")

Rule = collections.namedtuple("Rule", "number line program function")
Mutation = collections.namedtuple("Mutation", "rule file line what text")


def read(path):
    with open(path, encoding="utf-8") as source:
        return source.read()


def rules_path(model):
    return os.path.join(TOP, f"docs/{model}-rules.md")


def mutations_path(model):
    return os.path.join(TOP, f"tests/models/{model}_mutations.txt")


def rows(model):
    """(line number, cells) of each row of a table of rules: the first cell is a rule's number."""
    for number, line in enumerate(read(rules_path(model)).splitlines(), 1):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if cells and re.fullmatch(r"[A-Z][A-Z0-9]*-\d+", cells[0]):
            yield number, cells


def check_cells(model):
    return [f"{rules_path(model)}:{number}: rule {cells[0]} has an empty cell, or not four"
            for number, cells in rows(model) if len(cells) != 4 or not all(cells)]


def read_rules(model):
    """Every row of a table whose last cell is `program: function`."""
    rules = []
    for number, line in enumerate(read(rules_path(model)).splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        match = re.fullmatch(r"`(\w+): (\w+)`", cells[-1])
        if line.startswith("| ") and match:
            rules.append(Rule(cells[0], number, match[1], match[2]))
    return rules


def read_mutations(model):
    """Lines of "rule file: fragment [=> [replacement]]"; without an arrow the fragment is negated."""
    mutations, errors = [], []
    table = mutations_path(model)
    for number, line in enumerate(read(table).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(r"(\S+)\s+(\S+): (.*)", line)
        if not match:
            errors.append(f"{table}:{number}: expected 'rule file: fragment [=> replacement]'")
            continue
        fragment, arrow, replacement = (part.strip() for part in f"{match[3]} ".partition(" => "))
        name = f"models/{model}/{match[2]}"
        path = os.path.join(TOP, name)
        text = read(path) if os.path.exists(path) else ""
        # A fragment may go over lines: white space is any white space.
        pattern = r"\s+".join(re.escape(word) for word in fragment.split())
        found = list(re.finditer(pattern, text))
        if len(found) != 1:
            errors.append(f"{table}:{number}: '{fragment}' is {len(found)} times in {name}, expected once")
            continue
        new = replacement if arrow else f"!({found[0][0]})"
        text = text[:found[0].start()] + new + text[found[0].end():]
        mutations.append(Mutation(match[1], name, read(path)[:found[0].start()].count("\n") + 1,
                                  f"{fragment} => {replacement}" if arrow else f"!({fragment})", text))
    return mutations, errors


def check_mutations(model, mutations, rules):
    return [f"{mutations_path(model)}: no rule {m.rule} in the document" for m in mutations if m.rule not in rules]


def check_tests(model, rules):
    errors, seen = [], set()
    cmake = read(os.path.join(TOP, "tests/models/CMakeLists.txt"))
    for rule in rules:
        where = f"{rules_path(model)}:{rule.line}"
        if rule.number in seen:
            errors.append(f"{where}: there are two rules {rule.number}")
        seen.add(rule.number)
        path = os.path.join(TOP, f"tests/models/test_{rule.program}.c")
        if not os.path.exists(path):
            errors.append(f"{where}: no program {path}")
            continue
        source = read(path)
        if not re.search(rf"\b{rule.program}\b", cmake) and not rule.program.startswith(("device_", "vtd_")):
            errors.append(f"{where}: CMake does not build {rule.program}")
        if not re.search(rf"^static void {rule.function}\(void \*\*state\)", source, re.M):
            errors.append(f"{where}: no function {rule.function} in {path}")
        elif not re.search(rf"\({rule.function}\b", source[source.index("int main("):]):
            errors.append(f"{where}: main() of {path} does not run {rule.function}")
    return errors


def check_conditions(model, rules):
    """Conditions are rows X(SFS_1, 0x70, ...) in the source, "SFS.1" or within "SFS.1 to SFS.3" in a rule; 20h to 29h there are IR_n."""
    source = read(os.path.join(TOP, f"models/{model}/regs.h"))
    text = "\n".join(read(rules_path(model)).splitlines()[rule.line - 1] for rule in rules)
    named = set(re.findall(r"\b[A-Z]{2,3}\.\d+|\b\d+h\b", text))
    for first, last in re.findall(r"\b([A-Z]{3}\.\d+) to ([A-Z]{3}\.\d+)", text):
        kind, low, high = first[:4], int(first[4:]), int(last[4:])
        named.update(f"{kind}{number}" for number in range(low, high + 1))
    rows = re.findall(r"X\(([A-Z]{2,3})_(\d+)\w*, 0x(\w+), [01], \w+, \"", source)
    return [f"{rules_path(model)}: no rule for {kind}.{number} ({reason}h)" for kind, number, reason in rows
            if (f"{reason}h" if kind == "IR" else f"{kind}.{number}") not in named]


def check(model):
    """Return: number of errors, which are printed."""
    rules = read_rules(model)
    mutations, errors = read_mutations(model)
    errors += check_cells(model)
    errors += check_tests(model, rules)
    errors += check_mutations(model, mutations, {rule.number for rule in rules})
    errors += check_conditions(model, rules)
    if not rules:
        errors.append(f"{rules_path(model)}: no rules")
    for error in errors:
        print(error)
    covered = len({m.rule for m in mutations})
    print(f"{model}: {len(rules)} rules, {len({(r.program, r.function) for r in rules})} tests, {len(mutations)} conditions of "
          f"{covered} rules to invert: {len(errors)} errors")
    return len(errors)


def main():
    models = sys.argv[1:] or MODELS
    unknown = [model for model in models if model not in MODELS]
    if unknown:
        sys.exit(f"rules.py: no model '{unknown[0]}', there are {', '.join(MODELS)}")
    return 1 if sum([check(model) for model in models]) else 0


if __name__ == "__main__":
    sys.exit(main())
