"""Rotations, triangles, orbits and the Earth."""

from __future__ import annotations

from typing import Any

import numpy as np

from .case import Case, between, case, driven, normal, pose, positive, rotation, unit

Q, P = unit(4), unit(4)
Q = Q * np.sign(Q[0])
R = rotation()
TRIANGLES = normal(3, 3, 3)


def rotated(q: Any, v: Any) -> Any:
    from pyquaternion import Quaternion

    return Quaternion(array=q).rotate(v)


def multiplied(q: Any, p: Any) -> Any:
    from pyquaternion import Quaternion

    return (Quaternion(array=q) * Quaternion(array=p)).elements


def rotation_matrix_of(q: Any) -> Any:
    from pyquaternion import Quaternion

    return Quaternion(array=q).rotation_matrix


def mass_properties(triangles: Any) -> Any:
    from trimesh.triangles import mass_properties as properties

    found = properties(triangles)
    return found.volume, found.center_mass, found.inertia


_AHRS = "ahrs.common.orientation:"
_PT = "pytransform3d.rotations:"
_PTT = "pytransform3d.transformations:"
_T3 = "transforms3d."
_TM = "trimesh.transformations:"
_TRI = "trimesh.triangles:"

CASES: list[Case] = [
    case(_AHRS + "q_conj", Q),
    case(_AHRS + "q_norm", normal(4)),
    case(_AHRS + "q_prod", Q, P),
    case(_AHRS + "q_mult_L", Q),
    case(_AHRS + "q_rot", Q, normal(3)),
    case(_AHRS + "axang2quat", normal(3), 0.7),
    case(_AHRS + "quat2axang", Q),
    case(_AHRS + "q2R", Q),
    case(_AHRS + "q2euler", Q),
    case(_AHRS + "q2rpy", Q),
    case(_AHRS + "rpy2q", positive(3)),
    case(_AHRS + "dcm2quat", R),
    case(_AHRS + "chiaverini", R),
    case(_AHRS + "shepperd", R),
    case(_AHRS + "sarabandi", R),
    case(_AHRS + "ecompass", normal(3), normal(3)),
    case(_AHRS + "am2DCM", normal(3), normal(3)),
    case(_AHRS + "acc2q", normal(3)),
    case(_AHRS + "am2angles", normal(3), normal(3)),
    case(_AHRS + "slerp", Q, P, np.array([0.2, 0.6])),
    case("ahrs.common.mathfuncs:cosd", normal(3)),
    case("ahrs.common.mathfuncs:skew", normal(3)),
    case("ahrs.common.frames:geodetic2ecef", 10.0, 20.0, 100.0),
    case("ahrs.common.frames:ecef2geodetic", 4e6, 2e6, 4.5e6),
    case("ahrs.common.frames:geodetic2enu", 10.0, 20.0, 100.0, 9.0, 19.0, 20.0),
    case("ahrs.common.frames:ned2enu", normal(3)),
    case("ahrs.common.frames:aer2enu", 10.0, 20.0, 30.0),
    case("ahrs.common.frames:enu2aer", 10.0, 20.0, 30.0),
    case("ahrs.common.frames:llf2ecef", 0.3, 0.5),
    case("ahrs.utils.metrics:euclidean", normal(3), normal(3)),
    case("ahrs.utils.metrics:chordal", R, np.eye(3)),
    case("ahrs.utils.metrics:angular_distance", R, np.eye(3)),
    case("ahrs.utils.metrics:qdist", Q, P),
    case("ahrs.utils.metrics:qeip", Q, P),
    case("ahrs.utils.metrics:qcip", Q, P),
    case("ahrs.utils.metrics:qad", Q, P),
    case(_PT + "norm_vector", normal(3)),
    case(_PT + "perpendicular_to_vectors", normal(3), normal(3)),
    case(_PT + "angle_between_vectors", normal(3), normal(3)),
    case(_PT + "vector_projection", normal(3), normal(3)),
    case(_PT + "matrix_from_axis_angle", np.array([0.6, 0.0, 0.8, 0.7])),
    case(_PT + "matrix_from_compact_axis_angle", normal(3)),
    case(_PT + "axis_angle_from_matrix", R, strict_check=False),
    case(_PT + "quaternion_from_matrix", R, strict_check=False),
    case(_PT + "matrix_from_quaternion", Q),
    case(_PT + "concatenate_quaternions", Q, P),
    case(_PT + "q_prod_vector", Q, normal(3)),
    case(_PT + "quaternion_dist", Q, P),
    case(_PT + "quaternion_slerp", Q, P, 0.3),
    case(_PT + "cross_product_matrix", normal(3)),
    case(_PT + "matrix_from_two_vectors", normal(3), normal(3)),
    case(_PT + "matrix_from_euler", normal(3), 0, 1, 2, True),
    case(_PT + "left_jacobian_SO3", normal(3)),
    case(_PT + "geometric_product", normal(3), normal(3)),
    case(_PT + "concatenate_mrp", normal(3), normal(3)),
    case(_PTT + "transform_from_exponential_coordinates", normal(6)),
    case(_PTT + "exponential_coordinates_from_transform", pose(), strict_check=False),
    case(_PTT + "adjoint_from_transform", pose(), strict_check=False),
    case(_PTT + "invert_transform", pose(), strict_check=False),
    case(_PTT + "concatenate_dual_quaternions", normal(8), normal(8), unit=False),
    case(_T3 + "quaternions:quat2mat", normal(4)),
    case(_T3 + "quaternions:mat2quat", R),
    case(_T3 + "quaternions:qmult", Q, P),
    case(_T3 + "quaternions:qinverse", normal(4)),
    case(_T3 + "quaternions:qexp", normal(4)),
    case(_T3 + "quaternions:qlog", Q),
    case(_T3 + "quaternions:qpow", Q, 1.7),
    case(_T3 + "quaternions:rotate_vector", normal(3), Q),
    case(_T3 + "quaternions:axangle2quat", normal(3), 0.6),
    case(_T3 + "quaternions:quat2axangle", 1.1 * Q),
    case(_T3 + "euler:euler2mat", 0.3, 0.6, -0.4),
    case(_T3 + "euler:mat2euler", R),
    case(_T3 + "euler:euler2quat", 0.3, 0.6, -0.4, "rzyx"),
    case(_T3 + "euler:quat2euler", Q),
    case(_T3 + "axangles:axangle2mat", normal(3), 0.6),
    case(_T3 + "axangles:mat2axangle", R),
    case(_T3 + "affines:compose", normal(3), R, positive(3)),
    case(_T3 + "affines:decompose", pose()),
    case(_T3 + "reflections:rfnorm2aff", normal(3), normal(3)),
    case(_T3 + "zooms:zfdir2mat", 1.3, normal(3)),
    case(_T3 + "shears:striu2mat", normal(3)),
    case(_T3 + "taitbryan:euler2mat", 0.3, 0.6, -0.4),
    case(_TM + "rotation_matrix", 0.7, normal(3), normal(3)),
    case(_TM + "reflection_matrix", normal(4), normal(3)),
    case(_TM + "scale_matrix", 1.3, normal(3), normal(3)),
    case(_TM + "projection_matrix", normal(3), normal(3)),
    case(_TM + "compose_matrix", positive(3), positive(3), positive(3), positive(3)),
    case(_TM + "euler_matrix", 0.3, 0.6, -0.4, "syxz"),
    case(_TM + "euler_from_matrix", R),
    case(_TM + "quaternion_matrix", Q),
    case(_TM + "quaternion_multiply", Q, P),
    case(_TM + "quaternion_slerp", Q, P, 0.4),
    case(_TM + "quaternion_about_axis", 0.5, normal(3)),
    case(_TM + "unit_vector", normal(3)),
    case(_TM + "vector_norm", normal(4, 3), axis=1),
    case(_TM + "angle_between_vectors", normal(3), normal(3)),
    case(_TM + "orthogonalization_matrix", positive(3), between(80, 100, 3)),
    case(_TM + "transform_points", normal(5, 3), pose()),
    case(_TRI + "cross", TRIANGLES),
    case(_TRI + "area", TRIANGLES),
    case(_TRI + "normals", TRIANGLES),
    case(_TRI + "angles", TRIANGLES),
    case(_TRI + "extents", TRIANGLES),
    driven("trimesh", mass_properties, TRIANGLES),
    case(_TRI + "barycentric_to_points", TRIANGLES, normal(3, 3)),
    case(_TRI + "points_to_barycentric", TRIANGLES, normal(3, 3)),
    case(_TRI + "closest_point", TRIANGLES, normal(3, 3)),
    case("trimesh.geometry:plane_transform", normal(3), normal(3)),
    case("trimesh.geometry:vector_angle", unit(4, 2, 3)),
    case("trimesh.util:unitize", normal(4, 3)),
    driven("pyquaternion", rotated, 1.3 * Q, normal(3)),
    driven("pyquaternion", multiplied, Q, P),
    driven("pyquaternion", rotation_matrix_of, 1.3 * Q),
    case("skyfield.functions:length_of", normal(3)),
    case("skyfield.functions:angle_between", normal(3), normal(3)),
    case("skyfield.functions:to_spherical", normal(3)),
    case("skyfield.functions:from_spherical", 1.2, 0.3, 0.4),
    case("skyfield.functions:rot_x", 0.4),
    case("skyfield.functions:mxv", R, normal(3)),
    case("skyfield.functions:angular_velocity_matrix", normal(3)),
    case("skyfield.keplerlib:eccentric_anomaly", 0.2, 0.7),
    case("skyfield.keplerlib:true_anomaly_closed", 0.2, 0.7),
    case("skyfield.keplerlib:ele_to_vec", 1.2, 0.2, 0.3, 0.4, 0.5, 0.6, 1.0),
    case("skyfield.elementslib:eccentricity_vector", normal(3), normal(3), 1.0),
    case("skyfield.elementslib:mean_motion", 1.3, 0.9),
    case("skyfield.elementslib:semi_latus_rectum", normal(3), 1.1),
    case("skyfield.earthlib:refraction", 20.0, 10.0, 1010.0),
    case("skyfield.nutationlib:mean_obliquity", 2451545.5e3),
    case("skyfield.precessionlib:compute_precession", 2451545.5),
    case("sgp4.ext:mag", [0.3, 0.4, -0.6]),
    case("sgp4.ext:dot", [0.3, 0.4, -0.6], [0.1, 0.7, 0.2]),
    case("sgp4.ext:angle", [0.3, 0.4, -0.6], [0.1, 0.7, 0.2]),
    case("sgp4.ext:newtonnu", 0.2, 0.6),
    case("sgp4.ext:rv2coe", [7000.0, 100.0, 200.0], [0.1, 7.2, 1.0], 398600.5),
    case("sgp4.propagation:_initl", 0.07, 0.001, 0.1, 25000.0, 0.9, 0.06, "n", "i"),
]
