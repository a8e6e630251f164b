"""Test functions of optimisation packages."""

from __future__ import annotations

import numpy as np

from .case import Case, case, normal, positive, rough

_POINT = [0.3, -0.7, 0.45, 0.2]
_INSIDE = [0.3, 0.7, 0.45, 0.2]
_PAIRS = normal(5, 2)

CASES: list[Case] = [
    *(case(f"deap.benchmarks:{name}", _POINT) for name in (
        "plane sphere cigar rosenbrock ackley bohachevsky griewank rastrigin rastrigin_scaled rastrigin_skew schaffer "
        "schwefel kursawe fonseca").split()),
    *(case(f"deap.benchmarks:{name}", _POINT[:2]) for name in ("h1", "himmelblau", "poloni", "dent", "schaffer_mo")),
    *(case(f"deap.benchmarks:{name}", _INSIDE) for name in ("zdt1", "zdt2", "zdt3", "zdt4", "zdt6")),
    *(case(f"deap.benchmarks:{name}", _INSIDE, 3) for name in ("dtlz1", "dtlz2", "dtlz3", "dtlz5", "dtlz6", "dtlz7")),
    case("deap.benchmarks:dtlz4", _INSIDE, 3, 2.0),
    case("deap.benchmarks:shekel", _POINT, normal(3, 4), positive(3)),
    *(case(f"pyswarms.utils.functions.single_obj:{name}", _PAIRS) for name in (
        "ackley beale booth bukin6 crossintray easom goldstein himmelblau holdertable matyas rastrigin rosenbrock "
        "schaffer2 sphere threehump").split() if name != "bukin6"),
    case("pyswarms.utils.functions.single_obj:levi", _PAIRS),
    *(case(f"opfunu.utils.operator:{name}", np.array(_POINT)) for name in (
        "griewank_func rosenbrock_func scaffer_func rastrigin_func weierstrass_func weierstrass_norm_func ackley_func "
        "sphere_func rotated_expanded_schaffer_func grie_rosen_cec_func f8f2_func elliptic_func schwefel_12_func "
        "bent_cigar_func discus_func different_powers_func happy_cat_func hgbat_func zakharov_func levy_func "
        "expanded_schaffer_f6_func schaffer_f7_func lunacek_bi_rastrigin_func modified_schwefel_func "
        "tosz_func tasy_func").split()),
    case("opfunu.utils.operator:calculate_weight", np.array(_POINT)),
    rough(case("opfunu.utils.operator:katsuura_func", np.array(_POINT))),
    rough(case("opfunu.utils.operator:non_continuous_rastrigin_func", np.array(_POINT))),
]
