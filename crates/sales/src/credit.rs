//! Whether a buyer is admitted to a financed plan, and if not, why and what else is possible.
//!
//! Pure: the policy, the provider's answer and the plan come in, a decision with reason codes goes
//! out. The provider says only whether the score reaches the tier (the brief score of the Alipay
//! Open Platform reveals no number), so no score is kept. A plan without credit needs no answer.
