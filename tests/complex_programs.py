"""Programs with complex numbers, as people write them; each takes x and y, arrays of three floats, and returns a number."""

from __future__ import annotations

import cmath

import numpy as np


def parts_are_stored(x, y):
    z = np.zeros(3, dtype=complex)
    z.real = x
    z.imag = y * x
    return np.sum(np.abs(z**2) ** 2)


def pieces_of_parts_are_stored(x, y):
    z = np.zeros(3, dtype=complex)
    z.real[1:] = x[1:]
    z.imag[...] = y
    z.imag[0] *= 2
    z.real += y
    return np.sum(np.abs(z**2) ** 2)


def part_has_a_name(x, y):
    z = x + 1j * y
    r = z.real
    r[0] = y[1] * 3
    z.imag = 0.5
    z[1] = 2j * x[0]
    return np.sum(np.abs(z**2) ** 2) + r[1]


def real_part_of_real(x, y):
    z = x * y
    z.real = x
    z.real[1] = y[0]
    return np.sum(z**3)


def parts_of_columns(x, y):
    z = np.zeros((3, 2), dtype=complex)
    for k in range(2):
        z[:, k].real = x * k
        z.imag[:, k] = y * x
    return np.sum(np.abs(z**3))


def updates(x, y):
    z = x + 0j
    z[1] = y[0] * 1j
    z[2] *= 2j
    z += y
    z /= 1 + 1j
    z **= 2
    return np.sum(np.abs(z))


def orbit(x, y):
    z = 0j
    c = complex(x[0] * 0.2, y[0] * 0.3)
    for _ in range(5):
        z = z * z + c
    return abs(z)


def number_becomes_complex(x, y):
    s = 0.0
    for k in range(3):
        s = s + x[k] * 1j**k
    return abs(s) ** 2 + y[0] * s.imag


def real_target(x, y):
    r = np.zeros(3)
    r[:] = np.abs(x + 1j * y) ** 2
    r[0] = (x[1] * 1j * (y[0] + 2j)).real
    return np.sum(r**2)


def casts(x, y):
    z = x.astype(complex) * 1j + np.asarray(y, dtype=complex)
    return np.sum(np.abs(z * np.array(x, dtype=complex) + y) ** 2)


def products(x, y):
    w = np.array([1j, 2, 1])
    z = np.outer(x, w) @ np.diag(y * 1j) + np.einsum("i,j->ij", y, w)
    return abs(x @ w) ** 2 + np.sum(np.abs(z)) + np.abs(np.vdot(x, y * 1j + w)) + np.abs(np.prod(x + 1j)) ** 2


def joined(x, y):
    z = np.concatenate([x, 1j * y, np.where(x > y, x, 1j * y**2)])
    return np.sum(np.abs(np.stack([z, np.roll(z, 1)])) ** 3)


def horner(x, y):
    z = 0
    for k in range(3):
        z = z * (0.5j + y[k]) + x[k]
    return abs(z) ** 2


def impedance(x, y):
    """A series resonator in parallel with a resistor, at several frequencies."""
    total = 0.0
    for w in (0.5, 1.0, 2.0):
        series = x[0] + 1j * w * x[1] + 1 / (1j * w * x[2])
        whole = 1 / (1 / series + 1 / y[0])
        total = total + 20 * np.log10(abs(y[1] / (y[1] + whole)))
    return total


def ladder(x, y):
    """A two-port chain of complex matrices."""
    m = np.eye(2, dtype=complex)
    for k in range(3):
        m = m @ np.array([[1, 1j * x[k]], [0, 1]]) @ np.array([[1, 0], [1 / (y[k] + 2 + 0.5j), 1]])
    return np.abs(m[0, 0]) ** 2 + m[1, 0].imag


def nodal_analysis(x, y):
    """Voltages of a complex conductance matrix."""
    g = np.diag(x + 1j * y) + 0.3 * np.ones((3, 3))
    v = np.linalg.solve(g, np.array([1.0, 0.0, 1j]))
    return np.sum(np.abs(v) ** 2) + np.angle(v[0])


def polar_forms(x, y):
    z = x * np.exp(1j * y)
    w = cmath.rect(x[0], y[1]) + cmath.exp(1j * y[0]) * cmath.sqrt(x[1] - 5)
    return np.sum(z.imag) + cmath.phase(w) + abs(w) + np.sum(np.angle(z) * np.abs(z))


def evanescent(x, y):
    k = np.emath.sqrt(x**2 - 4.0)
    wave = np.exp(1j * k * y)
    return np.sum(wave.real**2 + np.abs(k))


def asked_for_kind(x, y):
    z = np.fft.fft(x)
    if np.iscomplexobj(z):
        return np.sum((z * np.conj(z)).real * y)
    return np.sum(z)


def low_pass(x, y):
    f = np.fft.rfft(np.concatenate([x, y]))
    f *= 1.0 / (1.0 + 1j * np.arange(len(f)) * x[0])
    return np.sum(np.fft.irfft(f, 6) ** 3)


def wiener(x, y):
    a, b = np.fft.fft(x, 8), np.fft.fft(y, 8)
    h = np.conj(b) / (np.abs(b) ** 2 + 0.1)
    return np.sum(np.real(np.fft.ifft(a * h))[:3] ** 2)


def spectral_loss(x, y):
    pad = np.zeros((4, 6))
    pad[1, :3] = x
    pad[2, 1:4] = y
    image = np.fft.fftshift(np.fft.fft2(pad, norm="ortho"))
    return np.mean(np.log(np.abs(image) ** 2 + 0.5)) + np.sum(np.abs(np.fft.rfftn(pad, axes=(0,))) ** 3)


def spectral_derivative(x, y):
    u = np.concatenate([x, y])
    k = np.fft.fftfreq(6, 1 / 6)
    for _ in range(3):
        u = u + 0.01 * np.real(np.fft.ifft(-(k**2) * np.fft.fft(u))) - 0.1 * u * np.real(np.fft.ifft(1j * k * np.fft.fft(u)))
    return np.sum(u**2)


def spectral_radius(x, y):
    a = np.array([[x[0], y[0]], [-y[1] - 1.0, x[1]]])
    w = np.linalg.eigvals(a)
    return np.max(np.abs(w)) + np.sum(w).real


def quantum_state(x, y):
    """A Hermitian Hamiltonian, its ground state and the energy of another."""
    h = np.array([[x[0], x[1] - 1j * y[0], 0.2], [x[1] + 1j * y[0], 3.0, y[1] * 1j], [0.2, -1j * y[1], 6.0 + x[2]]])
    w, v = np.linalg.eigh(h)
    rho = np.outer(v[:, 0], np.conj(v[:, 0]))
    return w[1] * w[0] + np.real(np.trace(rho @ rho.T)) + np.abs(rho[0, 1]) ** 2


PROGRAMS = [f for name, f in list(globals().items()) if getattr(f, "__module__", "") == __name__ and name[0] != "_"]
