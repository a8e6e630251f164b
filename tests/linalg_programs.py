"""Programs of linear algebra and Fourier transforms, as people write them; each is given with its arguments."""

from __future__ import annotations

import numpy as np

RNG = np.random.default_rng(7)
A3, B3, C3 = (RNG.normal(size=(3, 3)) for _ in range(3))
V3, W3 = RNG.normal(size=3), RNG.normal(size=3)
DATA = RNG.normal(size=(6, 3))
SPD = A3 @ A3.T + 2.0 * np.eye(3)


def gaussian_by_cholesky(mean, root, data):
    cov = root @ root.T + 0.5 * np.eye(len(mean))
    low = np.linalg.cholesky(cov)
    z = np.linalg.solve(low, (data - mean).T)
    return -0.5 * np.sum(z**2) - len(data) * np.sum(np.log(np.diag(low))) - 0.5 * data.size * np.log(2 * np.pi)


def gaussian_by_slogdet(mean, root, data):
    cov = root @ root.T + 0.5 * np.eye(mean.size)
    sign, logdet = np.linalg.slogdet(cov)
    if sign <= 0:
        raise ValueError("not positive definite")
    d = data - mean
    quad = np.einsum("ni,ij,nj->n", d, np.linalg.inv(cov), d)
    return np.mean(-0.5 * (quad + logdet))


def gaussian_process(x, y, scale, length, noise):
    d2 = (x[:, None] - x[None, :]) ** 2
    k = scale**2 * np.exp(-0.5 * d2 / length**2) + noise * np.eye(len(x))
    low = np.linalg.cholesky(k)
    alpha = np.linalg.solve(low.T, np.linalg.solve(low, y))
    return 0.5 * y @ alpha + np.log(np.diagonal(low)).sum() + 0.5 * len(x) * np.log(2 * np.pi)


def kalman(F, H, q, r, ys):
    n = F.shape[0]
    m, P = np.zeros(n), np.eye(n)
    total = 0.0
    for y in ys:
        m = F @ m
        P = F @ P @ F.T + q * np.eye(n)
        S = H @ P @ H.T + r * np.eye(H.shape[0])
        e = y - H @ m
        K = np.linalg.solve(S, H @ P).T
        m = m + K @ e
        P = P - K @ S @ K.T
        total += 0.5 * (np.linalg.slogdet(S)[1] + e @ np.linalg.solve(S, e))
    return total


def principal_components(data, w):
    centred = data - data.mean(axis=0)
    u, s, vt = np.linalg.svd(centred, full_matrices=False)
    projected = centred @ vt[:2].T
    return np.sum(s[:2] ** 2) / np.sum(s**2) + np.sum((projected @ vt[:2]) * w)


def principal_component_by_eigh(data, w):
    c = (data - data.mean(0)).T @ (data - data.mean(0)) / (len(data) - 1)
    values, vectors = np.linalg.eigh(c)
    lead = vectors[:, -1]
    return values[-1] / values.sum() + (lead @ w) ** 2


def least_squares_by_qr(a, b):
    q, r = np.linalg.qr(a)
    x = np.linalg.solve(r, q.T @ b)
    return x @ x + np.sum((a @ x - b) ** 2)


def least_squares_agree(a, b):
    x = np.linalg.lstsq(a, b, rcond=None)[0]
    y = np.linalg.pinv(a) @ b
    z = np.linalg.solve(a.T @ a, a.T @ b)
    return np.sum(x**2) + np.sum(y**3) + np.sum(z**4)


def ridge(a, b, lam):
    n = a.shape[1]
    x = np.linalg.solve(a.T @ a + lam * np.eye(n), a.T @ b)
    return np.linalg.norm(a @ x - b) ** 2 + lam * np.linalg.norm(x, 1)


def woodbury(d, u, v):
    inverse = np.diag(1.0 / d)
    small = np.eye(2) + v[:2] @ inverse @ u[:, :2]
    whole = inverse - inverse @ u[:, :2] @ np.linalg.inv(small) @ v[:2] @ inverse
    direct = np.linalg.inv(np.diag(d) + u[:, :2] @ v[:2])
    return np.sum(whole**2) + np.sum((whole - direct) ** 2) * 1e3 + np.log(abs(np.linalg.det(small)))


def exponential(a, t):
    m = a * t
    total, term = np.eye(len(a)), np.eye(len(a))
    for k in range(1, 25):
        term = term @ m / k
        total = total + term
    return np.trace(total) + total[0, 1] ** 2


def scaled_exponential(a):
    s = 3
    x = a / 2**s
    e = np.eye(3) + x + x @ x / 2 + x @ x @ x / 6
    return np.sum(np.linalg.matrix_power(e, 2**s) ** 2)


def power_iteration(a, v):
    s = a @ a.T + 3 * np.diag(np.arange(3.0))
    for _ in range(30):
        v = s @ v
        v = v / np.linalg.norm(v)
    return v @ s @ v + v[0] * v[1]


def power_iteration_until(a, v):
    s = a @ a.T + 3 * np.diag(np.arange(3.0))
    v = v / np.linalg.norm(v)
    while True:
        w = s @ v
        w /= np.linalg.norm(w)
        if np.linalg.norm(w - v) < 1e-13:
            break
        v = w
    return v @ s @ v


def newton(x, p):
    for _ in range(6):
        f = np.array([x[0] ** 2 + x[1] - p[0] ** 2 - 1.0, x[0] - x[1] ** 2 + p[1] * 0.1])
        jac = np.array([[2 * x[0], 1.0], [1.0, -2 * x[1]]])
        x = x - np.linalg.solve(jac, f)
    return x[0] * x[1] + np.sum(x)


def batched_solves(a, b):
    stack = np.stack([a, 2 * a + np.eye(3), a.T @ a + np.eye(3)])
    x = np.linalg.solve(stack, np.broadcast_to(b[:, None], (3, 3, 1)))[..., 0]
    inverse = np.linalg.inv(stack)
    return np.sum(x**2) + np.sum(np.linalg.det(stack)) + np.sum(np.linalg.norm(inverse, axis=(1, 2)))


def batched_factors(a):
    stack = np.stack([a @ a.T + k * np.eye(3) for k in (1.0, 2.0)])
    low = np.linalg.cholesky(stack)
    w, v = np.linalg.eigh(stack)
    rebuilt = (v * np.log(w)[:, None, :]) @ np.swapaxes(v, -1, -2)
    return np.sum(low**3) + np.sum(rebuilt * a)


def matrix_functions(a):
    s = a @ a.T + np.diag([1.0, 2.0, 4.0])
    w, v = np.linalg.eigh(s)
    root = v @ np.diag(np.sqrt(w)) @ v.T
    whitened = np.linalg.solve(root, a)
    return np.sum(whitened**3) + np.trace(root)


def log_determinants(a, t):
    total = 0.0
    for k in range(3):
        m = np.eye(3) + t[k] * (a @ a.T) + np.diag(np.exp(t))
        total += np.linalg.slogdet(m).logabsdet * (k + 1)
    return total


def wasserstein(m1, root1, m2, root2):
    s1, s2 = root1 @ root1.T + np.eye(3), root2 @ root2.T + np.eye(3)
    w, v = np.linalg.eigh(s1)
    half = (v * np.sqrt(w)) @ v.T
    cross = np.linalg.eigvalsh(half @ s2 @ half)
    return np.sum((m1 - m2) ** 2) + np.trace(s1 + s2) - 2 * np.sum(np.sqrt(cross))


def conjugate_gradients(a, b):
    s = a @ a.T + 3.0 * np.eye(3)
    x = np.zeros(3)
    r = b - s @ x
    p = r.copy()
    rs = r @ r
    for _ in range(3):
        ap = s @ p
        step = rs / (p @ ap)
        x += step * p
        r -= step * ap
        new = r @ r
        p = r + (new / rs) * p
        rs = new
    return x @ x


def gram_schmidt(a):
    q = np.zeros_like(a)
    for j in range(a.shape[1]):
        v = a[:, j].copy()
        for i in range(j):
            v -= (q[:, i] @ a[:, j]) * q[:, i]
        q[:, j] = v / np.linalg.norm(v)
    return np.sum(q**3) + np.trace(q.T @ a)


def cholesky_by_hand(a):
    s = a @ a.T + 2 * np.eye(3)
    low = np.zeros((3, 3))
    for i in range(3):
        for j in range(i + 1):
            rest = s[i, j] - low[i, :j] @ low[j, :j]
            low[i, j] = np.sqrt(rest) if i == j else rest / low[j, j]
    return np.sum(low**3) + np.sum(np.linalg.cholesky(s) * np.tril(a))


def low_rank_update(u, v, a):
    return np.linalg.det(a + np.outer(u, v)) - np.linalg.det(a) * (1 + v @ np.linalg.solve(a, u)) + np.linalg.cond(a)


def determinantal(a):
    s = np.linalg.svd(a, compute_uv=False)
    return np.sum(np.log(s)) + np.linalg.norm(a, 2) - np.linalg.norm(a, "nuc") * np.linalg.norm(a) + np.linalg.norm(a, -2)


def graph_spectrum(weights):
    w = np.abs(weights + weights.T)
    w = w - np.diag(np.diag(w))
    laplacian = np.diag(w.sum(axis=1)) - w
    values = np.linalg.eigvalsh(laplacian)
    return values[1] + values[-1] ** 2


def tensor_algebra(a, b):
    t = np.einsum("ij,kl->ikjl", a, b)
    x = np.linalg.tensorsolve(t + np.reshape(3 * np.eye(9), (3, 3, 3, 3)), a)
    return np.sum(x**2) + np.sum(np.linalg.multi_dot([a, b, a.T, x])) + np.sum(np.linalg.tensorinv(t + np.reshape(3 * np.eye(9), (3, 3, 3, 3)), 2) ** 2)


def filters(signal, taps):
    n = len(signal) + len(taps) - 1
    f = np.fft.irfft(np.fft.rfft(signal, n) * np.fft.rfft(taps, n), n)
    return np.sum((f - 1.0) ** 2) + np.sum(np.convolve(signal, taps) * f)


def power_spectrum(signal):
    window = np.hanning(len(signal))
    spectrum = np.abs(np.fft.rfft(signal * window)) ** 2
    p = spectrum / np.sum(spectrum)
    return -np.sum(p * np.log(p + 1e-3))


def poisson(rho):
    n = len(rho)
    k = 2 * np.pi * np.fft.fftfreq(n)
    k2 = k[:, None] ** 2 + k[None, :] ** 2
    k2[0, 0] = 1.0
    phi_k = np.fft.fft2(rho) / k2
    phi_k[0, 0] = 0.0
    phi = np.real(np.fft.ifft2(phi_k))
    return np.sum(phi * rho) + np.sum(phi**2)


def short_time(signal, width):
    total = 0.0
    for start in range(0, len(signal) - width + 1, 2):
        total += np.sum(np.abs(np.fft.fft(signal[start : start + width], n=8)) ** 3)
    return total


def holomorphic_loop(a, b):
    z = a + 1j * b
    h = z + z.conj().T + 5 * np.eye(3)
    low = np.linalg.cholesky(h)
    w, v = np.linalg.eigh(h)
    q, r = np.linalg.qr(z)
    u, s, vh = np.linalg.svd(z)
    return np.sum(np.abs(low) ** 3) + np.sum(w**2) + np.sum(np.abs(v) ** 4) + np.sum(np.abs(r) ** 3) + np.sum(np.abs(u @ vh) ** 4)


def mahalanobis(x, root):
    p = np.linalg.inv(root @ root.T + np.eye(3))
    d = x[:, None, :] - x[None, :, :]
    return np.sum(np.sqrt(np.einsum("ijk,kl,ijl->ij", d, p, d) + 1e-3))


def procrustes(a, b):
    u, _, vt = np.linalg.svd(a.T @ b)
    r = u @ vt
    return np.linalg.norm(a @ r - b) ** 2 + np.sum(r * np.arange(9.0).reshape(3, 3))


def riccati(a, q):
    p = np.eye(3)
    for _ in range(5):
        p = a.T @ p @ a - a.T @ p @ np.linalg.inv(np.eye(3) + p) @ p @ a + q @ q.T
    return np.trace(p)


def implicit_step(u, nu):
    n = len(u)
    lap = -2 * np.eye(n) + np.eye(n, k=1) + np.eye(n, k=-1)
    m = np.eye(n) - nu * lap
    for _ in range(4):
        u = np.linalg.solve(m, u + 0.1 * u**2)
    return u @ u


SIGNAL = RNG.normal(size=8)
ARGUMENTS = {
    gaussian_by_cholesky: (V3, A3, DATA), gaussian_by_slogdet: (V3, A3, DATA),
    gaussian_process: (np.sort(RNG.normal(size=5)), RNG.normal(size=5), 1.3, 0.7, 0.2),
    kalman: (A3 * 0.5, B3[:2], 0.3, 0.5, DATA[:4, :2]), principal_components: (DATA, DATA[::-1] * 0.3),
    principal_component_by_eigh: (DATA, V3), least_squares_by_qr: (DATA, RNG.normal(size=6)),
    least_squares_agree: (DATA, RNG.normal(size=6)), ridge: (DATA, RNG.normal(size=6), 0.4),
    woodbury: (np.array([1.0, 2.0, 1.5]), A3 * 0.3, B3 * 0.3), exponential: (A3 * 0.5, 0.8), scaled_exponential: (A3 * 0.4,),
    power_iteration: (A3, V3), power_iteration_until: (A3 * 0.3, V3), newton: (np.array([1.0, 0.6]), np.array([0.5, 0.3])),
    batched_solves: (A3, V3), batched_factors: (A3,), matrix_functions: (A3,), log_determinants: (A3, V3),
    wasserstein: (V3, A3, W3, B3), conjugate_gradients: (A3, V3), gram_schmidt: (A3,), cholesky_by_hand: (A3,),
    low_rank_update: (V3, W3, A3), determinantal: (A3,), graph_spectrum: (A3,), tensor_algebra: (A3, B3),
    filters: (SIGNAL, V3), power_spectrum: (SIGNAL,), poisson: (RNG.normal(size=(5, 5)),), short_time: (SIGNAL, 4),
    holomorphic_loop: (A3, B3), mahalanobis: (DATA[:4], A3), procrustes: (DATA, DATA @ A3), riccati: (A3 * 0.4, B3),
    implicit_step: (SIGNAL[:5] * 0.3, 0.2),
}  # fmt: skip
