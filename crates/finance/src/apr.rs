//! The annual percentage rate by the US actuarial method (12 CFR 1026, Appendix J).
