//! 账册 (EMS) and 档案库.

use super::Type::{Date, Decimal, Exactly, Time, UpTo, Whole};
use super::{Dialect, RecordKind, field};

/// 账册备案表头.
pub static EMS_PUTREC_BSC: RecordKind = RecordKind {
    name: "EmsPutrecBsc",
    chinese: "账册备案表头",
    dialect: Dialect::Customs,
    fields: &[
        field("emsNo", "帐册编号", UpTo(64)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("etpsPreentNo", "企业预录入编号", UpTo(64)),
        field("masterCuscd", "主管关区代码", Exactly(4)),
        field("bizopEtpsSccd", "经营企业社会信用代码", Exactly(18)),
        field("bizopEtpsno", "经营企业编号", Exactly(10)),
        field("bizopEtpsNm", "经营企业名称", UpTo(512)),
        field("rvsngdEtpsSccd", "收发货企业社会信用代码", Exactly(18)),
        field("rcvgdEtpsno", "收货企业编号", Exactly(10)),
        field("rcvgdEtpsNm", "收货企业名称", UpTo(512)),
        field("dclEtpsSccd", "申报企业社会信用代码", Exactly(18)),
        field("dclEtpsno", "申报企业编号", Exactly(10)),
        field("dclEtpsNm", "申报企业名称", UpTo(512)),
        field("dclEtpsTypecd", "申报企业类型代码", Exactly(1)).codes(&[
            ("1", "企业"),
            ("2", "代理公司"),
            ("3", "报关行"),
        ]),
        field("emsTypecd", "账册类型代码", Exactly(1)),
        field("dclTypecd", "申报类型代码", Exactly(1)).codes(&[
            ("1", "备案"),
            ("2", "变更"),
            ("3", "删除、作废"),
        ]),
        field("finishValidDate", "结束有效日期", Date),
        field("apcretNo", "批准证编号", UpTo(64)),
        field("netwkEtpsArcrpNo", "联网企业档案库编号", UpTo(64)),
        field("maxTovrAmt", "最大周转金额", Decimal(25, 5)),
        field("dclTime", "申报时间", Time),
        field("ucnsDclSegcd", "单耗申报环节代码", Exactly(1))
            .codes(&[("1", "出口前"), ("2", "报核前")]),
        field("dclMarkcd", "申报标记代码", Exactly(1)),
        field("emapvStucd", "审批状态代码", Exactly(1)).codes(&[
            ("1", "通过"),
            ("2", "转人工"),
            ("3", "退单"),
        ]),
        field("pauseImpexpMarkcd", "暂停进出口标记代码", Exactly(1)).codes(&[
            ("1", "未暂停"),
            ("2", "恢复执行"),
            ("3", "暂停进出口"),
            ("4", "暂停进口"),
            ("5", "暂停出口"),
            ("6", "全部暂停"),
        ]),
        field("pauseChgMarkcd", "暂停变更标记代码", Exactly(1)),
        field("putrecApprTime", "备案批准时间", Time),
        field("chgApprTime", "变更批准时间", Time),
        field("rcntVclrTime", "最近核销时间", Time),
        field("vclrApplyTime", "核销申请时间", Time),
        field("vclrPridVal", "核销周期值", Decimal(19, 5)),
        field("adjaccMarkcd", "核算标记代码", UpTo(4)),
        field("adjaccTmsCnt", "核算次数", Whole(19)),
        field("ucnsVernoCntrFlag", "单耗版本号控制标志", Exactly(1)),
        field("rcaseMarkcd", "涉案标记代码", Exactly(1)).codes(&[
            ("0", "正常"),
            ("1", "已移交未立案"),
            ("2", "已立案未结案"),
            ("3", "案件已办结"),
            ("4", "不予立案"),
            ("5", "已经撤案"),
        ]),
        field("etpsPosesSadjaQuaFlag", "企业具备自核资格标志", Exactly(1))
            .codes(&[("0", "不具备"), ("1", "具备")]),
        field("rmk", "备注", UpTo(4000)),
    ],
};

/// 账册料件、成品: one table, told apart by `mtpckEndprdTypecd`.
pub static EMS_PUTREC_DT: RecordKind = RecordKind {
    name: "EmsPutrecDt",
    chinese: "账册料件、成品",
    dialect: Dialect::Customs,
    fields: &[
        field("emsNo", "帐册编号", UpTo(64)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("gdsSeqno", "商品序号", Whole(19)),
        field("mtpckEndprdTypecd", "料件成品类型代码", Exactly(1))
            .codes(&[("I", "料件"), ("E", "成品")]),
        field("gdsMtno", "商品料号", UpTo(32)),
        field("gdecd", "商品编码", Exactly(10)),
        field("gdsNm", "商品名称", UpTo(512)),
        field("endprdGdsSpcfModelDesc", "成品商品规格型号描述", UpTo(512)),
        field("dclUnitcd", "申报计量单位代码", Exactly(3)),
        field("lawfUnitcd", "法定计量单位代码", Exactly(3)),
        field("secdLawfUnitcd", "第二法定计量单位代码", Exactly(3)),
        field("dclUprcAmt", "申报单价金额", Decimal(25, 5)),
        field("dclCurrcd", "申报币制代码", Exactly(3)),
        field("dclQty", "申报数量", Decimal(19, 5)),
        field("lvyrlfModecd", "征减免方式代码", UpTo(6)).codes(&[
            ("1", "照章征税"),
            ("2", "折半征税"),
            ("3", "全免"),
            ("4", "特案"),
            ("5", "随征免性质"),
            ("6", "保证金"),
            ("7", "保函"),
            ("8", "折半补税"),
            ("9", "全额退税"),
        ]),
        field("qtyCntrMarkcd", "数量控制标记代码", UpTo(4))
            .codes(&[("1", "控制数量"), ("2", "不控制数量")]),
        field("adjmtrMarkcd", "辅料标记代码", Exactly(1)).codes(&[("1", "主料"), ("2", "辅料")]),
        field("modfMarkcd", "修改标记代码", Exactly(1)).codes(&[
            ("0", "未修改"),
            ("1", "修改"),
            ("2", "删除"),
            ("3", "增加"),
        ]),
        field("etpsExeMarkcd", "企业执行标记代码", Exactly(1))
            .codes(&[("1", "运行"), ("2", "停用")]),
        field("cusmExeMarkcd", "海关执行标记代码", Exactly(1)).codes(&[
            ("1", "正常执行"),
            ("2", "恢复执行"),
            ("3", "暂停变更"),
            ("4", "暂停进出口"),
            ("5", "暂停进口"),
            ("6", "暂停出口"),
            ("7", "全部暂停"),
        ]),
        field("apprMaxSurpQty", "批准最大余数量", Decimal(19, 5)),
        field("vclrPridInitQty", "核销周期初始数量", Decimal(19, 5)),
        field("ucnsTqsnFlag", "单耗质疑标志", Exactly(1)).codes(&[("0", "不质疑"), ("1", "质疑")]),
        field("csttnFlag", "磋商标志", Exactly(1)).codes(&[("0", "未磋商"), ("1", "磋商")]),
        field("rmk", "备注", UpTo(4000)),
        field("invtNo", "记账清单编号", UpTo(18)),
        field("invtGNo", "记账清单商品序号", Whole(19)),
    ],
};

/// 账册单耗.
pub static EMS_PUTREC_UCNS_DT: RecordKind = RecordKind {
    name: "EmsPutrecUcnsDt",
    chinese: "账册单耗",
    dialect: Dialect::Customs,
    fields: &[
        field("emsNo", "帐册编号", UpTo(64)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("endprdSeqno", "成品序号", Whole(19)),
        field("mtpckSeqno", "料件序号", Whole(19)),
        field("ucnsVerno", "单耗版本号", UpTo(8)),
        field("ucnsQty", "单耗数量", Decimal(19, 9)),
        field("netUseupQty", "净耗数量", Decimal(19, 9)),
        field("tgblLossRate", "有形损耗率", Decimal(19, 9)),
        field("intgbLossRate", "无形损耗率", Decimal(19, 9)),
        field("ucnsDclStucd", "单耗申报状态", Exactly(1)).codes(&[
            ("1", "未申报"),
            ("2", "已申报"),
            ("3", "已确定"),
        ]),
        field("modfMarkcd", "修改标记", Exactly(1)).codes(&[
            ("0", "未修改"),
            ("1", "修改"),
            ("2", "删除"),
            ("3", "增加"),
        ]),
        field("bondMtpckPrpr", "保税料件比例", Decimal(19, 9)),
        field("etpsExeMarkcd", "企业执行标记代码", Exactly(1))
            .codes(&[("1", "运行"), ("2", "停用")]),
        field("finishValidDate", "结束有效日期", Date),
        field("rmk", "备注", UpTo(4000)),
    ],
};

/// 联网企业档案库表头.
pub static ET_ARCRP_BSC: RecordKind = RecordKind {
    name: "EtArcrpBsc",
    chinese: "联网企业档案库表头",
    dialect: Dialect::Customs,
    fields: &[
        field("etArcrpNo", "联网企业档案库编号", UpTo(64)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("etpsPreentNo", "企业预录入编号", UpTo(64)),
        field("masterCuscd", "主管关区代码", Exactly(4)),
        field("bizopEtpsSccd", "经营企业社会信用代码", Exactly(18)),
        field("bizopEtpsno", "经营企业编号", Exactly(10)),
        field("bizopEtpsNm", "经营企业名称", UpTo(512)),
        field("prcsEtpsSccd", "加工企业社会信用代码", Exactly(18)),
        field("prcsEtpsno", "加工企业编号", Exactly(10)),
        field("prcsEtpsNm", "加工企业名称", UpTo(512)),
        field("dclEtpsSccd", "申报企业社会信用代码", Exactly(18)),
        field("dclEtpsno", "申报企业编号", Exactly(10)),
        field("dclEtpsNm", "申报企业名称", UpTo(512)),
        field("dclEtpsTypecd", "申报企业类型代码", Exactly(1)).codes(&[
            ("1", "企业"),
            ("2", "代理公司"),
            ("3", "报关行"),
        ]),
        field("concAddr", "联系地址", UpTo(512)),
        field("telnum", "电话号码", UpTo(15)),
        field("finishValidTime", "结束有效时间", Date),
        field("prcsPrdcAbltAmt", "加工生产能力金额", Decimal(25, 5)),
        field("apcretNo", "批准证编号", UpTo(64)),
        field("riskAssureMarkcd", "风险担保标记代码", Exactly(1)),
        field("rltFormNo", "关联单证编号", UpTo(64)),
        field("dclSourceMarkcd", "申报来源标记代码", Exactly(1)),
        field("dclTypecd", "申报类型代码", Exactly(1)).codes(&[
            ("1", "备案"),
            ("2", "变更"),
            ("3", "删除、作废"),
        ]),
        field("dclTime", "申报时间", Time),
        field("emapvStucd", "审批状态代码", Exactly(1)).codes(&[
            ("1", "通过"),
            ("2", "转人工"),
            ("3", "退单"),
        ]),
        field("exeMarkcd", "执行标记代码", Exactly(1)),
        field("putrecApprTime", "备案批准时间", Time),
        field("chgApprTime", "变更批准时间", Time),
        field("rmk", "备注", UpTo(4000)),
    ],
};

/// 联网企业档案库表体: four-digit headings.
pub static ET_ARCRP_DT: RecordKind = RecordKind {
    name: "EtArcrpDt",
    chinese: "联网企业档案库表体",
    dialect: Dialect::Customs,
    fields: &[
        field("etArcrpNo", "联网企业档案库编号", UpTo(64)),
        field("chgTmsCnt", "变更次数", Whole(19)),
        field("gdsSeqno", "商品序号", Whole(19)),
        field("mtpckEndprdTypecd", "料件成品类型代码", Exactly(1))
            .codes(&[("I", "料件"), ("E", "成品")]),
        field("gdecd", "商品编码", Exactly(4)),
        field("gdsNm", "商品名称", UpTo(512)),
        field("modfMarkcd", "修改标记代码", Exactly(1)).codes(&[
            ("0", "未修改"),
            ("1", "修改"),
            ("2", "删除"),
            ("3", "增加"),
        ]),
        field("rmk", "备注", UpTo(4000)),
    ],
};
