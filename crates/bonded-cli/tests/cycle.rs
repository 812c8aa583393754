//! `bonded cycle`, and statements of cycles.

mod support;

use expect_test::expect;
use support::{Folder, assert_legible};

/// The edge case of the band: opening 500, imports 9,500, book 1,000, counted 900, then 899.
const BAND: &str = include_str!("../../../seeds/edge-cases/E9.jsonl");

/// The first entries of it, posted.
fn folder(entries: usize) -> Folder {
    let folder = Folder::new();
    let lines: Vec<&str> = BAND.lines().take(entries).collect();
    folder.write("band.jsonl", lines.join("\n") + "\n");
    folder.run("post --quiet books.jsonl band.jsonl");
    folder
}

#[test]
fn what_a_count_means_is_told_before_anything_is_reported() {
    let folder = folder(6);
    let page = folder.run("cycle check books.jsonl").transcript();
    assert_legible(&page);
    expect![[r#"
        E222626E0901 · cycle 1 from 2026-01-05 to 2026-03-31 · cannot be reported: 1 reason
          no  material         unit        book   counted  difference  band ±  is
              料件             单位      应剩余  实际剩余        差异    区间  结论
           1  BW-200-P 裸晶圆  片 slice   1,000       900        -100     100  within band 区间内
              sell 100 with tax (内销补税) · opening and imports 10,000

          difference_open: the count differs from the book and is not settled exactly
            - material 1 (裸晶圆): counted 900, book 1000, short by 100, within the band of 100 (basis
              10000); 100 slices (片) are to be sold with tax (内销补税, 0245/0644 or 9700, settles this
              day)
            source: GACC 2024 No. 49 (±1 % of opening and imports, per item, ends included, account books,
                    not dishonest), in force from 2024-06-01 (read); GACC 2023 No. 158 (over with good
                    reason: the book is raised; short with good reason: tax; without: a case) (read); bonded
                    journal contract Account books: cycles (read)
            do:     Over: adjust_book with ground cycle_over, dated in the cycle. Short: a domestic sale or
                    9700 with settles. Too much: amend or withdraw the list, or adjust back; what was booked
                    by the last day is corrected by that day. Above all look for the cause: a missing list,
                    goods in transit, a wrong unit consumption.
        = 1
    "#]].assert_eq(&page);
    let json = folder.run("cycle check books.jsonl --handbook E222626E0901 --format json");
    expect![[r#"
        {"cycles":[{"handbook":"E222626E0901","cycle":1,"from":"2026-01-05","to":"2026-03-31","materials":[{"seq":1,"code":"BW-200-P","name":"裸晶圆","unit":"020","book":"1000","counted":"900","difference":"-100","basis":"10000","allowed":"100","judged":"within_band","adjusted":"0","settled_by_lists":"0","open":"-100","to_do":{"add":"0","take_back":"0","sell":"100","sold_too_much":"0"},"adjusted_later":"0","without_note":[]}],"ready":false,"reasons":[{"code":"difference_open","message":"material 1 (裸晶圆): counted 900, book 1000, short by 100, within the band of 100 (basis 10000); 100 slices (片) are to be sold with tax (内销补税, 0245/0644 or 9700, settles this day)","law":["GACC 2024 No. 49 (±1 % of opening and imports, per item, ends included, account books, not dishonest), in force from 2024-06-01 (read)","GACC 2023 No. 158 (over with good reason: the book is raised; short with good reason: tax; without: a case) (read)","bonded journal contract Account books: cycles (read)"],"figures":{"material":"1","book":"1000","counted":"900","difference":"-100","basis":"10000"},"difference":"-100"}],"warnings":[]}],"not_counted":[]}
        = 1
    "#]].assert_eq(&json.transcript());
    let other_day = folder.run("cycle check books.jsonl --end 2026-03-30");
    expect![[r#"
        E222626E0901 · cycle 1 from 2026-01-05 to 2026-03-30 · cannot be reported: 1 reason
          no  material         unit        book   counted  difference  band ±  is
              料件             单位      应剩余  实际剩余        差异    区间  结论
           1  BW-200-P 裸晶圆  片 slice   1,000         -           -     100  not counted 未盘

          not_counted: a material of which something remains was not counted on the last day
            - material 1 (裸晶圆): 1000 slices (片) remain on 2026-03-30 and no count (盘点) of that day
              names it
            source: bonded journal contract Account books: cycles (read); GACC 2018 No. 59 (enterprise as
                    the unit: it reports in, out and what is really there, 企业自主核报), in force from
                    2018-07-01 (secondary)
            do:     Post a count_stock dated the last day that names the material; 0 is a count.
        = 1
    "#]].assert_eq(&other_day.transcript());
}

#[test]
fn a_refused_report_says_all_of_it() {
    let folder = folder(6);
    let report = BAND.lines().nth(6).expect("the report");
    let refused = folder.run_with("post books.jsonl -", format!("{report}\n"));
    expect![[r#"
        {"file":"-","line":1,"id":"50c8c747-d945-5b53-93d9-2b454db1e5d2","status":"refused","error":{"code":"cycle_not_ready","message":"cycle 1 of book E222626E0901 (2026-01-05 to 2026-03-31) cannot be reported, 1 reason: material 1 (裸晶圆): counted 900, book 1000, short by 100, within the band of 100 (basis 10000); 100 slices (片) are to be sold with tax (内销补税, 0245/0644 or 9700, settles this day)","law":["bonded journal contract Account books: cycles (read)","GACC 2023 No. 158 (over with good reason: the book is raised; short with good reason: tax; without: a case) (read)"],"reasons":[{"code":"difference_open","message":"material 1 (裸晶圆): counted 900, book 1000, short by 100, within the band of 100 (basis 10000); 100 slices (片) are to be sold with tax (内销补税, 0245/0644 or 9700, settles this day)","law":["GACC 2024 No. 49 (±1 % of opening and imports, per item, ends included, account books, not dishonest), in force from 2024-06-01 (read)","GACC 2023 No. 158 (over with good reason: the book is raised; short with good reason: tax; without: a case) (read)","bonded journal contract Account books: cycles (read)"],"figures":{"material":"1","book":"1000","counted":"900","difference":"-100","basis":"10000"},"difference":"-100"}]}}
        ! note: 0 entries accepted, 0 duplicate, 1 refused
        = 1
    "#]].assert_eq(&refused.transcript());
}

#[test]
fn when_the_cycle_must_end_and_be_reported() {
    let folder = folder(8);
    let page = folder.run("cycle plan books.jsonl --on 2026-04-05 --end 2026-03-31");
    assert_legible(&page.transcript());
    expect![[r#"
        E222626E0901 · cycle 1 from 2026-01-05 · ends by 2026-12-31, reported by 2027-01-30
          by          days  what
          期限          天  事项
          2026-04-30    25  pay the tax of list SALE-01, which settles 2026-03-31
          2026-04-30    25  report the cycle (报核) that ends on 2026-03-31
        = 0
    "#]]
    .assert_eq(&page.transcript());
    // Counted again, one less: something is to be settled.
    let short = self::folder(11);
    let plan = short.run("cycle plan books.jsonl --on 2026-04-07 --end 2026-03-31");
    expect![[r#"
        E222626E0901 · cycle 1 from 2026-01-05 · ends by 2026-12-31, reported by 2027-01-30
          by          days  what
          期限          天  事项
          2026-04-30    23  pay the tax of list SALE-01, which settles 2026-03-31
          2026-04-30    23  report the cycle (报核) that ends on 2026-03-31
          2026-04-30    23  settle material 1 (裸晶圆): short by 101, outside the band of 100 (basis 10000)
        = 0
    "#]].assert_eq(&plan.transcript());
    let late = folder.run("cycle plan books.jsonl --on 2026-05-05 --end 2026-03-31 --format json");
    expect![[r#"
        {"plans":[{"handbook":"E222626E0901","cycle":1,"from":"2026-01-05","reported":null,"ends_by":"2026-12-31","report_by":"2027-01-30","due":[{"by":"2026-04-30","what":"pay the tax of list SALE-01, which settles 2026-03-31","days_left":-5},{"by":"2026-04-30","what":"report the cycle (报核) that ends on 2026-03-31","days_left":-5}]}]}
        = 1
    "#]].assert_eq(&late.transcript());
}

#[test]
fn all_cycles_stand_side_by_side() {
    let folder = folder(usize::MAX);
    let page = folder.run("cycle show books.jsonl").transcript();
    assert_legible(&page);
    expect![[r#"
        E222626E0901 · 2 cycles

          material 1 BW-200-P 裸晶圆, 片 slice
          cycle  from        to          state     opening     in  consumed  other out  remaining  counted
           周期  自          至          状态         期初     进      耗用     其他出       剩余     实盘
              1  2026-01-05  2026-03-31  accepted      500  9,500     9,000          0      1,000      899
              2  2026-04-01              current     1,000      0         0        101        899      899
        = 0
    "#]].assert_eq(&page);
    let csv = folder.run("cycle show books.jsonl --format csv").out();
    let csv = csv.replace('\r', "␍");
    expect![[r#"
        handbook,cycle,from,to,state,material,code,name,unit,opening,in,adjusted,consumed,other_out,remaining,scrap,counted␍
        E222626E0901,1,2026-01-05,2026-03-31,accepted,1,BW-200-P,裸晶圆,020,500,9500,0,9000,0,1000,0,899␍
        E222626E0901,2,2026-04-01,,current,1,BW-200-P,裸晶圆,020,1000,0,0,0,101,899,0,899␍
    "#]].assert_eq(&csv);
    let json = folder.run("cycle show books.jsonl --format json").out();
    let shown: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let cycles = shown["books"][0]["cycles"].as_array().expect("cycles");
    assert_eq!(cycles.len(), 2);
    assert_eq!(cycles[0]["cycle"]["state"], "accepted");
    assert_eq!(folder.run("verify books.jsonl").status(), Some(0));
}

#[test]
fn a_statement_of_a_cycle() {
    let folder = folder(usize::MAX);
    let first = folder.run("statement books.jsonl --cycle 1").transcript();
    assert_legible(&first);
    expect![[r#"
        1 handbook, 16 entries

        E222626E0901 · valid until 2026-12-31 · open, not ready to close: 1 reason
          accepted cycle (核销周期) from 2026-01-05 to 2026-03-31
          no  material         unit          in  consumed  remaining
              料件             单位          进      耗用       剩余
           1  BW-200-P 裸晶圆  片 slice  10,000     9,000      1,000
              in: opening 500 + imported 9,500 · counted: 899

          no  product                  unit      exported
              成品                     单位          出口
           1  PW-200-LD8 集成电路晶圆  片 slice     9,000
        = 0
    "#]]
    .assert_eq(&first);
    let second = folder.run("statement books.jsonl --cycle 2 --as-of 2026-04-19 --format csv");
    expect![[r#"
        handbook,kind,seq,code,hs,name,unit,approved,opening,imported,carried_in,leftover_in,exchanged_in,adjusted,exchanged_out,consumed,consumed_net,loss_tangible,loss_intangible,chain_out,leftover_out,re_exported,domestic_sale,destroyed,remaining,scrap_opening,scrap_sold,scrap_re_exported,scrap_destroyed,scrap,by_product,pending_in,pending_out,counted,exported,carried_out,exempted,returned_in,returned_out␍
        E222626E0901,material,1,BW-200-P,3818001900,裸晶圆,020,,1000,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1000,0,0,0,0,0,0,0,101,899,,,,,␍
        E222626E0901,product,1,PW-200-LD8,8542390000,集成电路晶圆,020,,,,,,,,,,,,,,,,0,0,,,,,,,,,0,,0,0,0,0,0␍
    "#]].assert_eq(&second.out().replace('\r', "␍"));
    let none = folder.run("statement books.jsonl --cycle 3 --handbook E222626E0901");
    expect![[r#"
        ! error: cycle 3 of E222626E0901 is not in this ledger; did you mean cycle 2, from 2026-04-01?
        = 2
    "#]].assert_eq(&none.transcript());
}

#[test]
fn a_ledger_without_account_books_has_no_cycles() {
    let folder = Folder::with_journal(&support::closable());
    let mut text = String::new();
    for line in [
        "cycle check books.jsonl",
        "cycle plan books.jsonl",
        "cycle show books.jsonl",
        "cycle check books.jsonl --handbook C222626A0001",
        "statement books.jsonl --cycle 1",
    ] {
        text += &format!("$ bonded {line}\n{}", folder.run(line).transcript());
    }
    expect![[r#"
        $ bonded cycle check books.jsonl
        no account book is open here
        = 0
        $ bonded cycle plan books.jsonl
        no account book is open here
        = 0
        $ bonded cycle show books.jsonl
        no account book is open here
        = 0
        $ bonded cycle check books.jsonl --handbook C222626A0001
        ! error: account book C222626A0001 is not in this ledger; the ledger is empty, or nothing in it comes near
        = 2
        $ bonded statement books.jsonl --cycle 1
        0 handbooks, 5 entries
        ! warning: cycle 1 is not in this ledger; the ledger is empty, or nothing in it comes near
        = 0
    "#]].assert_eq(&text);
}

/// A ledger written in the clerk's language; its account book is E222226A0001.
fn clerk(script: &str) -> Folder {
    let folder = Folder::new();
    let entries = bonded_ledger::testkit::entries(script).expect("the clerk's language");
    let lines: Vec<String> = entries.iter().map(|it| it.line().into_owned()).collect();
    folder.write("in.jsonl", lines.join("\n") + "\n");
    let ran = folder.run("post --quiet books.jsonl in.jsonl");
    assert_eq!(ran.status(), Some(0), "{}{}", ran.out(), ran.err());
    folder
}

#[test]
fn what_went_too_far_and_what_lacks_its_reason_is_told() {
    let folder = clerk(
        "book A kind=E M1/opening=100 M2/opening=100 M3/opening=100 P1 P1<M3*1 on=2026-01-05
         export L1 A P1:5 on=2026-02-01
         deduct L1 on=2026-02-02
         take A HL-1 L1 M3:4/scrap=0.5 on=2026-03-02
         count A M1:95 M2:103 M3:95 on=2026-02-28
         sell L2 A M1:7 settles=2026-02-28 on=2026-03-02
         adjust A M2:3 ground=cycle_over on=2026-02-28",
    );
    let page = folder.run("cycle check books.jsonl").transcript();
    assert_legible(&page);
    expect![[r#"
        E222226A0001 · cycle 1 from 2026-01-01 to 2026-02-28 · cannot be reported: 3 reasons
          no  material  unit       book   counted  difference  band ±  settled  is
              料件      单位     应剩余  实际剩余        差异    区间   已处置  结论
           1  M1 料件1  千克 kg     100        95          -5       1       -7  short 盘亏
              take 2 off the lists that settle, the reason (note) is missing · opening and imports 100
           2  M2 料件2  千克 kg     100       103           3       1        3  over 盘盈
              settled, the reason (note) is missing · opening and imports 100
           3  M3 料件3  千克 kg      95        95           0       1        0  equal 相符

          difference_open: the count differs from the book and is not settled exactly
            - material 1 (料件1): counted 95, book 100, short by 5, outside the band of 1 (basis 100); 2 kg
              (千克) too much are in lists that settle this day: amend or withdraw them, those booked by
              2026-02-28 dated by then
            source: GACC 2024 No. 49 (±1 % of opening and imports, per item, ends included, account books,
                    not dishonest), in force from 2024-06-01 (read); GACC 2023 No. 158 (over with good
                    reason: the book is raised; short with good reason: tax; without: a case) (read); bonded
                    journal contract Account books: cycles (read)
            do:     Over: adjust_book with ground cycle_over, dated in the cycle. Short: a domestic sale or
                    9700 with settles. Too much: amend or withdraw the list, or adjust back; what was booked
                    by the last day is corrected by that day. Above all look for the cause: a missing list,
                    goods in transit, a wrong unit consumption.

          note_missing: a difference outside the band is settled without a reason
            - material 1 (料件1): counted 95, book 100, short by 5, outside the band of 1 (basis 100): list
              L2 has no note with the reason
            - material 2 (料件2): counted 103, book 100, over by 3, outside the band of 1 (basis 100): the
              adjustment of 3 dated 2026-02-28 has no note with the reason
            source: GACC 2024 No. 49 (±1 % of opening and imports, per item, ends included, account books,
                    not dishonest), in force from 2024-06-01 (read); GACC 2023 No. 158 (over with good
                    reason: the book is raised; short with good reason: tax; without: a case) (read); bonded
                    journal contract Account books: cycles (read)
            do:     Post the settling entry with a note.

          warning: taken_in_next_cycle: a consumption list tells of goods of the cycle and is dated after it
            - consumption list HL-1 of 2026-03-02 covers L1, booked by 2026-02-28: in this cycle the goods
              count by unit consumption, the difference in the next one
            source: bonded journal contract Account books: cycles (read)
            do:     Withdraw it and declare it dated the last day of the cycle, before that is reported; its
                    day at customs may be kept in document or ext.
        = 1
    "#]].assert_eq(&page);
}

#[test]
fn a_cycle_that_is_reported_ends_with_its_last_day() {
    let folder = clerk(
        "book A kind=E M1/opening=10 on=2026-01-05
         count A M1:10 on=2026-02-28
         report_cycle A 2026-02-28
         import L1 A M1:5 on=2026-03-02
         deduct L1 on=2026-03-02",
    );
    let mut text = String::new();
    for line in [
        "cycle check books.jsonl",
        "cycle plan books.jsonl --on 2026-03-05",
        "cycle show books.jsonl",
        "cycle plan books.jsonl --handbook E222226A0001 --end 2025-01-01 --on 2026-03-05",
        "statement books.jsonl --cycle 1",
        "statement books.jsonl --cycle 2",
        "statement books.jsonl --cycle 0",
    ] {
        text += &format!("$ bonded {line}\n{}", folder.run(line).transcript());
    }
    assert_legible(&text);
    expect![[r#"
        $ bonded cycle check books.jsonl
        E222226A0001 · cycle 1 from 2026-01-01 to 2026-02-28 · cannot be reported: 1 reason
          no  material  unit       book   counted  difference  band ±  is
              料件      单位     应剩余  实际剩余        差异    区间  结论
           1  M1 料件1  千克 kg      10        10           0     0.1  equal 相符

          cycle_reported: the cycle is reported already
            - cycle 1 of book E222226A0001, to 2026-02-28, is reported (已报核) and not decided
            source: bonded journal contract Account books: cycles (read)
            do:     Wait for acceptance or return.
        = 1
        $ bonded cycle plan books.jsonl --on 2026-03-05
        E222226A0001 · cycle 1 from 2026-01-01 · reported to 2026-02-28, customs decides
        = 0
        $ bonded cycle show books.jsonl
        E222226A0001 · 1 cycle
          what is booked after 2026-02-28 counts in the next cycle, which opens on acceptance

          material 1 M1 料件1, 千克 kg
          cycle  from        to          state     opening  in  consumed  remaining  counted
           周期  自          至          状态         期初  进      耗用       剩余     实盘
              1  2026-01-01  2026-02-28  reported       10   0         0         10       10
        = 0
        $ bonded cycle plan books.jsonl --handbook E222226A0001 --end 2025-01-01 --on 2026-03-05
        E222226A0001 · cycle 1 from 2026-01-01 · reported to 2026-02-28, customs decides
        = 0
        $ bonded statement books.jsonl --cycle 1
        1 handbook, 5 entries

        E222226A0001 · valid until 2027-12-31 · open, not ready to close: 1 reason
          reported cycle (核销周期) from 2026-01-01 to 2026-02-28
          no  material  unit     in  remaining
              料件      单位     进       剩余
           1  M1 料件1  千克 kg  10         10
              in: opening 10 · counted: 10
        = 0
        $ bonded statement books.jsonl --cycle 2
        0 handbooks, 5 entries
        ! warning: cycle 2 is not in this ledger; did you mean cycle 1, from 2026-01-01?
        = 0
        $ bonded statement books.jsonl --cycle 0
        ! error: invalid value '0' for '--cycle <N>': 0 is not in 1..=4294967295
        ! 
        ! For more information, try '--help'.
        = 2
    "#]]
    .assert_eq(&text);
    let closure = folder.run("statement books.jsonl --format closure --cycle 1");
    let closure: serde_json::Value = serde_json::from_str(&closure.out()).expect("JSON");
    let book = &closure["handbooks"][0];
    assert_eq!(book["EmlChgoffMtpck"][0]["remainMtpckQty"], "10");
    assert_eq!(book["EmlChgoffInvt"], serde_json::json!([]));
}

#[test]
fn a_plan_ends_a_cycle_within_what_is_allowed() {
    let folder = clerk("book A kind=E M1/opening=10 on=2026-01-05");
    let mut text = String::new();
    for line in [
        "cycle plan books.jsonl --on 2026-03-05 --end 2027-06-30",
        "cycle plan books.jsonl --on 2026-03-05 --end 2025-12-31",
    ] {
        text += &format!("$ bonded {line}\n{}", folder.run(line).transcript());
    }
    expect![[r#"
        $ bonded cycle plan books.jsonl --on 2026-03-05 --end 2027-06-30
        E222226A0001 · cycle 1 from 2026-01-01 · ends by 2026-12-31, reported by 2027-01-30
          by          days  what
          期限          天  事项
          2026-12-31   301  end the cycle (周期): 2027-06-30 is 181 days later than it may end
          2027-06-30   482  count the stock (盘点): materials, finished goods, work in progress
          2027-07-30   512  report the cycle (报核) that ends on 2027-06-30
        = 0
        $ bonded cycle plan books.jsonl --on 2026-03-05 --end 2025-12-31
        ! warning: 2025-12-31 lies before 2026-01-01, the first day of the current cycle of E222226A0001; give a day on or after it
        ! error: 2025-12-31 lies before 2026-01-01, the first day of the current cycle of E222226A0001; give a day on or after it
        = 2
    "#]].assert_eq(&text);
    // What is closed keeps nobody from planning, and is told where it is asked for by name.
    let closed = clerk("book A kind=E M1\n report A\n accept A");
    let mut text = String::new();
    for line in [
        "cycle plan books.jsonl --on 2026-03-05",
        "cycle plan books.jsonl --on 2026-03-05 --end 2025-01-01",
        "cycle check books.jsonl",
        "cycle check books.jsonl --handbook E222226A0001",
    ] {
        text += &format!("$ bonded {line}\n{}", closed.run(line).transcript());
    }
    expect![[r#"
        $ bonded cycle plan books.jsonl --on 2026-03-05
        no account book is open here
        = 0
        $ bonded cycle plan books.jsonl --on 2026-03-05 --end 2025-01-01
        no account book is open here
        = 0
        $ bonded cycle check books.jsonl
        no account book is open here
        = 0
        $ bonded cycle check books.jsonl --handbook E222226A0001
        E222226A0001 · cycle 1 from 2026-01-01 to 2026-01-01 · cannot be reported: 1 reason
          no  material  unit       book   counted  difference  band ±  is
              料件      单位     应剩余  实际剩余        差异    区间  结论
           1  M1 料件1  千克 kg       0         -           -       -  equal 相符

          handbook_closed: the book is closed
            - book E222226A0001 is closed (已结案)
            source: bonded journal contract Closable (read)
            do:     Keep the records for three years.
        = 1
    "#]]
    .assert_eq(&text);
    let later = clerk("book A kind=E M1\n report_cycle A 2026-01-31\n accept_cycle A");
    let ran =
        later.run("statement books.jsonl --handbook E222226A0001 --cycle 2 --as-of 2026-01-15");
    expect![[r#"
        ! error: cycle 2 of E222226A0001 begins on 2026-02-01, after --as-of 2026-01-15; give a day on or after it
        = 2
    "#]].assert_eq(&ran.transcript());
}

#[test]
fn what_goods_really_took_is_listed_and_traced() {
    let folder = clerk(
        "book A kind=E M1/opening=100 M2/opening=10 P1 P1<M1*2/loss=20 P1<M2*0.1 on=2026-01-05
         export L1 A P1:10 on=2026-02-01
         deduct L1 on=2026-02-01
         export L2 A P1:4 on=2026-02-02
         deduct L2 on=2026-02-02
         take A HL-1 L1 L2 M1:30/scrap=5.5 M2:1.25 on=2026-02-03
         untake A HL-1 on=2026-02-04
         take A HL-2 L1 M1:21/scrap=3.5 on=2026-02-05",
    );
    let mut text = String::new();
    for line in [
        "cycle taken books.jsonl",
        "trace books.jsonl --list L1",
        "statement books.jsonl",
    ] {
        text += &format!("$ bonded {line}\n{}", folder.run(line).transcript());
    }
    assert_legible(&text);
    expect![[r#"
        $ bonded cycle taken books.jsonl
          account book  cycle  consumption list  from        state                 material   net   scrap
          账册           周期  耗料清单          自          状态                      料件  净耗  边角料
          E222226A0001      1  HL-1              2026-02-03  withdrawn 2026-02-04         1    30     5.5
                                                                                          2  1.25       0
              of L1, L2
          E222226A0001      1  HL-2              2026-02-05  counts                       1    21     3.5
              of L1
        = 0
        $ bonded trace books.jsonl --list L1
        list L1
          line 1: product 1 version 0, 10
            what it took is told by consumption list (耗料清单) HL-2
        = 0
        $ bonded statement books.jsonl
        1 handbook, 8 entries

        E222226A0001 · valid until 2027-12-31 · open, not ready to close: 2 reasons
          current cycle (核销周期) from 2026-01-01
          no  material  unit      in  consumed  remaining   scrap
              料件      单位      进      耗用       剩余  边角料
           1  M1 料件1  千克 kg  100      34.5       65.5     5.5
              in: opening 100 · consumed: net 29 + tangible loss 5.5
              consumed by: unit consumption (单耗) 10 + consumption list (耗料清单) 24.5
           2  M2 料件2  千克 kg   10       0.4        9.6       0
              in: opening 10 · consumed by: unit consumption (单耗) 0.4

          no  product   unit     exported
              成品      单位         出口
           1  P1 成品1  千克 kg        14
        = 0
    "#]].assert_eq(&text);
    let json = folder.run("cycle taken books.jsonl --format json").out();
    let taken: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let first = &taken["consumption_lists"][0];
    assert_eq!(first["withdrawn"], "2026-02-04");
    assert_eq!(first["lists"], serde_json::json!(["L1", "L2"]));
    assert_eq!(first["materials"][1]["net"], "1.25");
    let csv = folder.run("cycle taken books.jsonl --format csv").out();
    assert!(
        csv.contains("E222226A0001,1,HL-2,2026-02-05,,L1,1,21,3.5"),
        "{csv}"
    );
}
