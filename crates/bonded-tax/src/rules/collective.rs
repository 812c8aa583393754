use super::{Rule, rules};
use crate::law;

rules! {
    COLLECTIVE_MAY = "collective_declaration",
        "who declares sales together, and how often",
        "An enterprise that is not dishonest may declare its sales of a month, or since 2020-07-01 of a quarter, together; no filing is needed since 2023-11-14. `collective` says which; where it says nothing the earlier, monthly days count.",
        [law::COLLECTIVE_CREDIT, law::COLLECTIVE_MONTH, law::COLLECTIVE_QUARTER],
        "book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound
         ? deadlines 2026-06-20
         {\"collective\":[{\"handbook\":\"C222626A0001\",\"from\":\"2026-01-01\",\"period\":\"quarterly\",\"source\":\"an example\"}]}";
    COLLECTIVE_DOUBT = "collective_doubtful",
        "an open case or a rectification may bar collective declaration",
        "Until 2023 an enterprise with an open case of smuggling or of violation, with overdue handbooks or in rectification could not declare collectively, and one of general credit gave a guarantee; 2023 No. 166 names dishonest enterprises only. Whether the rest still holds could not be read: a fact of `standing` is told beside the day, and takes nothing away.",
        [law::COLLECTIVE_CONDITIONS],
        "book C222626A0001 2026-01-05..2026-12-31
         M1 3907300090 compound
         ? deadlines 2026-06-20
         {\"standing\":[{\"handbook\":\"C222626A0001\",\"from\":\"2026-01-01\",\"fact\":\"violation_case\",\"source\":\"an example\"}]}";
    COLLECTIVE_LAST_DAY = "collective_last_day",
        "by the 15th, never across a year or past validity",
        "By the 15th of the month after the month or the quarter; what is sold in the last month or quarter of a year by 31 December; never later than the book is valid.",
        [law::COLLECTIVE_MONTH, law::COLLECTIVE_QUARTER],
        "book C222626A0001 2026-01-05..2027-06-30
         M1 3907300090 compound
         ? deadlines 2026-12-20";
}
