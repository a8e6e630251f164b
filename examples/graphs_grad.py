import numpy as np


def einsum_layer_grad(q, k, v, out_bar=1.0):
    """Adjoint of `einsum_layer` with respect to q, k, v.

    out_bar is the adjoint of the returned value.
    For float64 q[n,d] k[m,d] v[m,e].
    """
    # --- forward sweep
    scores = np.einsum("id,jd->ij", q, k)  # L2
    weights_max = np.max(scores, axis=1, keepdims=True)  # L3
    weights = np.exp(scores - weights_max)  # L3
    weights_sum = np.sum(weights, axis=1, keepdims=True)  # L4
    weights_1 = weights / weights_sum  # L4

    # --- backward sweep
    # L5: return np.sum(np.einsum("ij,jd->id", weights, v) ** 2)
    out_einsum_bar = out_bar * (2.0 * np.einsum("ij,jd->id", weights_1, v))
    weights_bar = np.einsum("id,jd->ij", out_einsum_bar, v)
    v_bar = np.einsum("id,ij->jd", out_einsum_bar, weights_1)
    # L4: weights = weights / np.sum(weights, axis=1, keepdims=True)
    bar = weights_bar * (-weights_1 / weights_sum)
    weights_sum_bar = np.sum(bar, axis=1, keepdims=True)
    weights_bar = weights_bar / weights_sum + weights_sum_bar
    # L3: weights = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    scores_bar = weights_bar * weights
    is_best = scores == weights_max
    count = np.sum(is_best, axis=1, keepdims=True)
    scores_bar += np.sum(-scores_bar, axis=1, keepdims=True) / count * is_best
    # L2: scores = np.einsum("id,jd->ij", q, k)
    q_bar = np.einsum("ij,jd->id", scores_bar, k)
    k_bar = np.einsum("ij,id->jd", scores_bar, q)
    return q_bar, k_bar, v_bar
