"""Figures of two classifiers by other people's code, for reference_test.ts.

Made by Python 3.11 with numpy, scipy 1.17, scikit-learn 1.9, statsmodels 0.15:

    python3 tests/nn/quality/reference.py > tests/fixtures/quality/reference.json

DeLong's method is in none of them, so it stands here as the paper has it: by
comparing every spam with every ham.
"""

import json

import numpy as np
from scipy.stats import binomtest, norm
from sklearn.metrics import (
    average_precision_score,
    confusion_matrix,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)
from statsmodels.stats.proportion import proportion_confint

RATES = [0.001, 0.005, 0.01, 0.05]


def made_up(seed):
    random = np.random.default_rng(seed)
    is_spam = (random.uniform(size=200) < 0.4).astype(int)
    true = random.normal(size=200) + 2.2 * is_spam - 1
    # Two digits, so that there are ties.
    outputs = [
        np.round(np.tanh(true + noise * random.normal(size=200)), 2)
        for noise in (0.3, 0.9)
    ]
    return is_spam, outputs


def wilson(count, of):
    return list(proportion_confint(count, of, method="wilson"))


def placements(output, is_spam):
    spam, ham = output[is_spam == 1], output[is_spam == 0]
    pairs = (spam[:, None] > ham) + 0.5 * (spam[:, None] == ham)
    return pairs.mean(axis=1), pairs.mean(axis=0)


def delong(outputs, is_spam):
    of_spam, of_ham = zip(*(placements(o, is_spam) for o in outputs))
    return np.cov(of_spam) / is_spam.sum() + np.cov(of_ham) / (1 - is_spam).sum()


def figures_of(output, is_spam, variance):
    auc = roc_auc_score(is_spam, output)
    tn, fp, fn, tp = (int(x) for x in confusion_matrix(is_spam, output > 0).ravel())
    fpr, tpr, thresholds = roc_curve(is_spam, output, drop_intermediate=False)
    precision, recall, _ = precision_recall_curve(is_spam, output)
    reach = norm.ppf(0.975) * variance**0.5
    at = [np.flatnonzero(fpr <= rate)[-1] for rate in RATES]
    return {
        "auc": auc,
        "auc_interval": [max(0, auc - reach), min(1, auc + reach)],
        "average_precision": average_precision_score(is_spam, output),
        "confusion": [tp, fp, tn, fn],
        "error_interval": wilson(fp + fn, len(output)),
        "fpr_interval": wilson(fp, fp + tn),
        "fnr_interval": wilson(fn, fn + tp),
        "tpr_at_fpr": {str(r): tpr[i] for r, i in zip(RATES, at)},
        "threshold_at_fpr": {
            str(r): None if np.isinf(thresholds[i]) else thresholds[i]
            for r, i in zip(RATES, at)
        },
        "roc": [[x, y] for x, y in zip(fpr, tpr)],
        # From the strictest threshold on, without the point that was added.
        "precision_recall": [[x, y] for x, y in zip(recall, precision)][-2::-1],
    }


def case(seed):
    is_spam, outputs = made_up(seed)
    covariance = delong(outputs, is_spam)
    first, second = ((o > 0) == (is_spam == 1) for o in outputs)
    only_first, only_second = int((~first & second).sum()), int((first & ~second).sum())
    aucs = [roc_auc_score(is_spam, o) for o in outputs]
    deviation = (covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]) ** 0.5
    return {
        "is_spam": is_spam.tolist(),
        "outputs": [o.tolist() for o in outputs],
        "figures": [
            figures_of(o, is_spam, covariance[i, i]) for i, o in enumerate(outputs)
        ],
        "mcnemar": {
            "only_first_wrong": only_first,
            "only_second_wrong": only_second,
            "p": binomtest(only_first, only_first + only_second).pvalue,
        },
        "delong": {
            "difference": aucs[1] - aucs[0],
            "deviation": deviation,
            "p": 2 * norm.sf(abs(aucs[1] - aucs[0]) / deviation),
        },
    }


print(
    json.dumps(
        {
            "cases": [case(1), case(2)],
            "wilson": [[c, n, wilson(c, n)] for c, n in
                       [(0, 1), (0, 40), (1, 3), (7, 1000), (40, 40), (99999, 100000)]],
            "coins": [[a, b, binomtest(a, a + b).pvalue] for a, b in
                      [(1, 0), (5, 5), (2, 9), (0, 30), (480, 560), (3000, 3400)]],
        }
    )
)
