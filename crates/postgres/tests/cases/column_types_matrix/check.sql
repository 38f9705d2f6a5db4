SELECT a,b,c,d,f,g,h,i,k,l,m FROM t;
